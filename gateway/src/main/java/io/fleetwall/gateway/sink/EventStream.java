package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.config.GatewayConfig.Target;
import io.fleetwall.gateway.event.EventLog;
import io.fleetwall.gateway.event.StoredEvent;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Row;
import io.fleetwall.gateway.store.Transaction;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The events a sink that gets all of them has not had yet. The event log itself is the queue and a
 * cursor says how far it has come, so a slow or dead receiver costs neither rows nor memory, and
 * order is that of the log. The cursor moves only after the receiver has accepted.
 */
final class EventStream {
    private final Target target;
    private final Database database;
    private final EventLog log;
    private final InstantSource clock;
    private final Severities severities;
    private final String owner = UUID.randomUUID().toString();

    EventStream(Target target, Source source, Severities severities) {
        this.target = target;
        this.database = source.database();
        this.log = source.log();
        this.clock = source.clock();
        this.severities = severities;
    }

    /** Where events come from. */
    record Source(Database database, EventLog log, InstantSource clock) {}

    /**
     * What comes next.
     *
     * @param due those the sink wants
     * @param end cursor after them
     * @param attempts made at them before
     */
    record Page(List<Due> due, long end, int attempts) {}

    private record Cursor(long entry, int attempts, long dueAt, String owner, long leasedUntil) {}

    /** A sink that is new begins with what happens from now on. */
    void begin() {
        database.write(transaction ->
                transaction.update(
                        "INSERT INTO sink_cursor (target, entry, owner, leased_until, attempts,"
                                + " due_at, outcome) SELECT ?, coalesce(max(entry), 0), '', 0, 0,"
                                + " 0, '' FROM event WHERE 1 = 1 ON CONFLICT (target) DO NOTHING",
                        target.name()));
    }

    /** Takes the next events; none while there are none, or another gateway has them. */
    Optional<Page> take(int most, Duration lease) {
        long now = clock.millis();
        Optional<Cursor> found = cursor();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Cursor cursor = found.get();
        boolean mine = cursor.owner().equals(owner) || cursor.leasedUntil() <= now;
        if (!mine || cursor.dueAt() > now) {
            return Optional.empty();
        }
        List<StoredEvent> events =
                log.read(new EventLog.Query(cursor.entry(), Optional.empty(), most));
        boolean held =
                cursor.owner().equals(owner)
                        && cursor.leasedUntil() > now + lease.dividedBy(2).toMillis();
        if (events.isEmpty() || !(held || lease(cursor, now, lease))) {
            return Optional.empty();
        }
        List<Due> due =
                events.stream()
                        .filter(event -> Wanted.kind(target, event.kind()))
                        .map(event -> severities.told(event.body()))
                        .filter(told -> Wanted.by(target, told))
                        .map(told -> due(told, cursor.attempts() + 1))
                        .toList();
        return Optional.of(new Page(due, events.getLast().entry(), cursor.attempts()));
    }

    private boolean lease(Cursor seen, long now, Duration lease) {
        return database.writeAside(transaction ->
                transaction.update(
                        "UPDATE sink_cursor SET owner = ?, leased_until = ?"
                                + " WHERE target = ? AND entry = ?"
                                + " AND (owner = ? OR leased_until <= ?)",
                        owner,
                        now + lease.toMillis(),
                        target.name(),
                        seen.entry(),
                        owner,
                        now))
                == 1;
    }

    /**
     * The receiver has them, all but the refused ones, which are kept as dead letters. The lease
     * goes on, so that the next ones cost one commit and not two.
     */
    void moved(Page page, List<Due> refused, Duration lease) {
        database.writeAside(transaction -> {
            refused.forEach(due -> bury(transaction, due));
            return transaction.update(
                    "UPDATE sink_cursor SET entry = ?, attempts = 0, due_at = 0, outcome = '',"
                            + " leased_until = ? WHERE target = ? AND owner = ?",
                    page.end(),
                    clock.millis() + lease.toMillis(),
                    target.name(),
                    owner);
        });
    }

    /** They are tried again after a while. */
    void later(Duration delay, Attempt attempt) {
        database.writeAside(transaction ->
                transaction.update(
                        "UPDATE sink_cursor SET attempts = attempts + 1, due_at = ?, outcome = ?"
                                + " WHERE target = ? AND owner = ?",
                        clock.millis() + delay.toMillis(),
                        attempt.outcome(),
                        target.name(),
                        owner));
    }

    private void bury(Transaction transaction, Due due) {
        transaction.update(
                "INSERT INTO outbox (id, target, incident, event, occurrences, created_at, due_at,"
                        + " leased_until, attempts, state, act)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, 'dead', 'open')"
                        + " ON CONFLICT (id) DO NOTHING",
                due.id() + "@" + target.name(),
                target.name(),
                due.incident().id(),
                due.event().encode(),
                due.occurrences(),
                clock.millis(),
                clock.millis(),
                due.attempts());
    }

    private Optional<Cursor> cursor() {
        return database.read(transaction ->
                transaction.first(
                        "SELECT * FROM sink_cursor WHERE target = ?",
                        EventStream::cursor,
                        target.name()));
    }

    private static Cursor cursor(Row row) {
        return new Cursor(
                row.number("entry"),
                (int) row.number("attempts"),
                row.number("due_at"),
                row.text("owner"),
                row.number("leased_until"));
    }

    private Due due(JsonObject told, int attempt) {
        String id = told.getString("id");
        long count = told.getLong("count", 1L);
        String received = told.getString("received", told.getString("at"));
        return new Due(
                id,
                target.name(),
                told,
                new Incident(id, Incident.Act.OPEN, count, ""),
                count,
                Instant.parse(received).toEpochMilli(),
                attempt);
    }
}
