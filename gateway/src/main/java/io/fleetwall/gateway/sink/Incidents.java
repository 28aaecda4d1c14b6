package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.store.Row;
import io.fleetwall.gateway.store.Transaction;
import io.fleetwall.protocol.event.UuidV7;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Which events belong together; an incident that has been quiet for long enough is over. */
final class Incidents {
    private final UuidV7 ids;
    private final Duration quiet;

    Incidents(UuidV7 ids, Duration quiet) {
        this.ids = ids;
        this.quiet = quiet;
    }

    /** Counts an event into its incident, which begins with it if need be; answers its id. */
    String count(Transaction transaction, JsonObject event, long now) {
        String key = IncidentKey.of(event);
        Optional<String> open =
                transaction.first(
                        "SELECT id FROM incident WHERE incident_key = ? AND state = 'open'",
                        row -> row.text("id"),
                        key);
        long count = event.getLong("count", 1L);
        if (open.isPresent()) {
            transaction.update(
                    "UPDATE incident SET total = total + ?, last_at = ? WHERE id = ?",
                    count,
                    now,
                    open.get());
            return open.get();
        }
        String id = ids.next().toString();
        transaction.update(
                "INSERT INTO incident (id, incident_key, opened_at, last_at, total, state,"
                        + " severity, event) VALUES (?, ?, ?, ?, ?, 'open', ?, ?)",
                id,
                key,
                now,
                now,
                count,
                event.getString("severity", "info"),
                event.encode());
        return id;
    }

    /** One that is over. */
    record Over(String id, String event) {}

    /** Ends those that have been quiet; answers them. */
    List<Over> end(Transaction transaction, long now) {
        return transaction.list(
                "UPDATE incident SET state = 'resolved' WHERE state = 'open' AND last_at <= ?"
                        + " RETURNING id, event",
                row -> new Over(row.text("id"), row.text("event")),
                now - quiet.toMillis());
    }

    /** Whether there is one to end: a read, so that the writer is not asked in vain. */
    boolean anyQuiet(Transaction transaction, long now) {
        return transaction
                .first(
                        "SELECT id FROM incident WHERE state = 'open' AND last_at <= ? LIMIT 1",
                        row -> row.text("id"),
                        now - quiet.toMillis())
                .isPresent();
    }

    static List<JsonObject> list(Transaction transaction, String before, int limit) {
        return transaction.list(
                "SELECT * FROM incident WHERE (? = '' OR id < ?) ORDER BY id DESC LIMIT ?",
                Incidents::json,
                before,
                before,
                limit);
    }

    private static JsonObject json(Row row) {
        return new JsonObject()
                .put("id", row.text("id"))
                .put("state", row.text("state"))
                .put("severity", row.text("severity"))
                .put("openedAt", Instant.ofEpochMilli(row.number("opened_at")).toString())
                .put("lastAt", Instant.ofEpochMilli(row.number("last_at")).toString())
                .put("total", row.number("total"))
                .put("event", new JsonObject(row.text("event")));
    }
}
