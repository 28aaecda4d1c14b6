package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.store.Database;
import java.time.Duration;
import java.time.Instant;

/**
 * Alerts that have not reached their targets.
 *
 * @param waiting how many are still tried
 * @param oldest for how long the oldest of them has waited; zero when none does
 * @param dead how many were given up
 */
public record Backlog(long waiting, Duration oldest, long dead) {
    /** As it stands in a store. Blocks. */
    public static Backlog of(Database database, Instant now) {
        return database.read(transaction ->
                transaction
                        .list(
                                "SELECT (SELECT count(*) FROM outbox WHERE state = 'waiting') AS waiting,"
                                        + " (SELECT coalesce(min(created_at), ?) FROM outbox"
                                        + " WHERE state = 'waiting') AS oldest,"
                                        + " (SELECT count(*) FROM outbox WHERE state = 'dead') AS dead",
                                row ->
                                        new Backlog(
                                                row.number("waiting"),
                                                age(row.number("oldest"), now),
                                                row.number("dead")),
                                now.toEpochMilli())
                        .getFirst());
    }

    /** For how long something has waited, where clocks of gateways may differ; never negative. */
    static Duration age(long sinceMillis, Instant now) {
        return Duration.ofMillis(Math.max(0, now.toEpochMilli() - sinceMillis));
    }
}
