package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * How far a sink that gets every event is behind the log.
 *
 * @param target its name
 * @param events how many entries the log's end is beyond its cursor: at most so many events, as the
 *     log's numbers may have gaps; those that it does not want are counted
 * @param oldest for how long the first of them has been in the store; zero when there is none
 */
public record StreamLag(String target, long events, Duration oldest) {
    /** Of every sink that has a cursor, by name. Blocks. */
    public static List<StreamLag> of(Database database, Instant now) {
        return database.read(transaction ->
                transaction.list(
                        "SELECT target,"
                                + " coalesce((SELECT max(entry) FROM event WHERE entry > s.entry)"
                                + " - s.entry, 0) AS events,"
                                + " coalesce((SELECT received FROM event WHERE entry > s.entry"
                                + " ORDER BY entry LIMIT 1), ?) AS oldest"
                                + " FROM sink_cursor s ORDER BY target",
                        row ->
                                new StreamLag(
                                        row.text("target"),
                                        row.number("events"),
                                        Backlog.age(row.number("oldest"), now)),
                        now.toEpochMilli()));
    }
}
