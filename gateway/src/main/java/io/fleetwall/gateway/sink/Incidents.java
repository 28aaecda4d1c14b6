package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.store.Row;
import io.fleetwall.gateway.store.Transaction;
import io.fleetwall.protocol.event.UuidV7;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which events belong together; an incident that has been quiet for long enough is over. */
final class Incidents {
    private static final List<String> COLUMNS =
            List.of(
                    "id",
                    "incident_key",
                    "opened_at",
                    "last_at",
                    "total",
                    "state",
                    "severity",
                    "event");

    /** Below every database's limit of arguments. */
    private static final int KEYS_A_QUERY = 200;

    private final UuidV7 ids;
    private final Duration quiet;

    Incidents(UuidV7 ids, Duration quiet) {
        this.ids = ids;
        this.quiet = quiet;
    }

    /**
     * What several events have in common.
     *
     * @param first the first of them
     * @param count how many packets or questions they stand for
     */
    record Together(JsonObject first, long count) {}

    /**
     * One incident after its events were counted.
     *
     * @param begun whether it began with them
     */
    record Counted(String id, Begun begun) {}

    /** Whether nobody can have been told of an incident yet. */
    enum Begun {
        NOW,
        BEFORE
    }

    /** Counts events into their incidents, by key; incidents begin with them if need be. */
    Map<String, Counted> count(Transaction transaction, Map<String, Together> events, long now) {
        Map<String, String> open = open(transaction, List.copyOf(events.keySet()));
        Map<String, Counted> counted = new HashMap<>();
        List<List<Object>> rows = new ArrayList<>();
        events.forEach((key, together) -> {
            String known = open.get(key);
            if (known == null) {
                String id = ids.next().toString();
                rows.add(row(id, key, together, now));
                counted.put(key, new Counted(id, Begun.NOW));
            } else {
                transaction.update(
                        "UPDATE incident SET total = total + ?, last_at = ? WHERE id = ?",
                        together.count(),
                        now,
                        known);
                counted.put(key, new Counted(known, Begun.BEFORE));
            }
        });
        transaction.insert("incident", COLUMNS, rows);
        return counted;
    }

    private static List<Object> row(String id, String key, Together together, long now) {
        JsonObject event = together.first();
        return List.of(
                id,
                key,
                now,
                now,
                together.count(),
                "open",
                event.getString("severity", "info"),
                event.encode());
    }

    /** Ids of the open ones, by key. */
    private static Map<String, String> open(Transaction transaction, List<String> keys) {
        Map<String, String> open = new HashMap<>();
        for (int from = 0; from < keys.size(); from += KEYS_A_QUERY) {
            List<String> some = keys.subList(from, Math.min(keys.size(), from + KEYS_A_QUERY));
            String marks = String.join(", ", Collections.nCopies(some.size(), "?"));
            transaction
                    .list(
                            "SELECT id, incident_key FROM incident WHERE state = 'open'"
                                    + " AND incident_key IN ("
                                    + marks
                                    + ")",
                            row -> Map.entry(row.text("incident_key"), row.text("id")),
                            some.toArray())
                    .forEach(found -> open.put(found.getKey(), found.getValue()));
        }
        return open;
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
