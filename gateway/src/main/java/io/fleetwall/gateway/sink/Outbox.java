package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.event.StoredEvent;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Row;
import io.fleetwall.gateway.store.Transaction;
import io.fleetwall.protocol.event.UuidV7;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What must still be told to whom. Rows are written in the transaction that stores the event, so an
 * event that was acknowledged is either delivered or still here.
 *
 * <p>One message an incident: the first event goes out at once; equal ones within the window are
 * counted into a single second message at its end.
 */
public final class Outbox {
    private final Database database;
    private final InstantSource clock;
    private final UuidV7 ids;
    private final GatewayConfig.Webhooks config;

    /** An outbox for the configured targets. */
    public Outbox(
            Database database, InstantSource clock, UuidV7 ids, GatewayConfig.Webhooks config) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.config = config;
    }

    /** Writes an event's rows, within its own transaction. */
    public void enqueue(Transaction transaction, StoredEvent event) {
        for (GatewayConfig.Target target : config.targets()) {
            if (wants(target.kinds(), event.kind())) {
                enqueue(transaction, target.name(), event.body());
            }
        }
    }

    static boolean wants(Set<String> kinds, String kind) {
        int dot = kind.indexOf('.');
        String family = dot < 0 ? kind : kind.substring(0, dot);
        return kinds.contains("*") || kinds.contains(kind) || kinds.contains(family + ".*");
    }

    private void enqueue(Transaction transaction, String target, JsonObject event) {
        String incident = Incident.of(event);
        long now = clock.millis();
        long count = event.getLong("count");
        int counted =
                transaction.update(
                        "UPDATE outbox SET occurrences = occurrences + ? WHERE target = ?"
                                + " AND incident = ? AND state = 'waiting' AND attempts = 0"
                                + " AND leased_until <= ?",
                        count,
                        target,
                        incident,
                        now);
        if (counted > 0) {
            return;
        }
        Optional<Long> latest =
                transaction.first(
                        "SELECT due_at FROM outbox WHERE target = ? AND incident = ?"
                                + " AND due_at > ? ORDER BY due_at DESC LIMIT 1",
                        row -> row.number("due_at"),
                        target,
                        incident,
                        now - config.window().toMillis());
        long due = latest.map(at -> at + config.window().toMillis()).orElse(now);
        transaction.update(
                "INSERT INTO outbox (id, target, incident, event, occurrences, created_at, due_at,"
                        + " leased_until, attempts, state)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 'waiting')",
                ids.next().toString(),
                target,
                incident,
                event.encode(),
                count,
                now,
                due);
    }

    /** Takes what is due for a target; nobody else gets it until the lease ends. */
    List<Due> lease(String target, int limit, Duration lease) {
        long now = clock.millis();
        boolean any =
                database.read(transaction ->
                        transaction
                                .first(
                                        "SELECT id FROM outbox WHERE target = ?"
                                                + " AND state = 'waiting' AND due_at <= ?"
                                                + " AND leased_until <= ? LIMIT 1",
                                        row -> row.text("id"),
                                        target,
                                        now,
                                        now)
                                .isPresent());
        if (!any) {
            return List.of();
        }
        return database.write(transaction -> lease(transaction, target, now, limit, lease));
    }

    private static List<Due> lease(
            Transaction transaction, String target, long now, int limit, Duration lease) {
        return transaction
                .list(
                        "UPDATE outbox SET leased_until = ?, attempts = attempts + 1 WHERE id IN"
                                + " (SELECT id FROM outbox WHERE target = ? AND state = 'waiting'"
                                + " AND due_at <= ? AND leased_until <= ? ORDER BY id LIMIT ?)"
                                + " RETURNING id, target, event, occurrences, created_at, attempts",
                        Outbox::due,
                        now + lease.toMillis(),
                        target,
                        now,
                        now,
                        limit)
                .stream()
                .sorted(Comparator.comparing(Due::id))
                .toList();
    }

    /** Writes down what came of an attempt, and when the next one is due if there is one. */
    void record(Due due, Attempt attempt, Backoff.Next next) {
        database.write(transaction -> {
            transaction.update(
                    "INSERT INTO delivery (outbox, target, attempt, at, millis, status,"
                            + " outcome) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    due.id(),
                    due.target(),
                    due.attempts(),
                    clock.millis(),
                    attempt.millis(),
                    attempt.status(),
                    attempt.outcome());
            return switch (next) {
                case Backoff.Next.Done done -> settle(transaction, due, "delivered");
                case Backoff.Next.Dead dead -> settle(transaction, due, "dead");
                case Backoff.Next.Again(var delay) ->
                        transaction.update(
                                "UPDATE outbox SET leased_until = 0, due_at = ?" + " WHERE id = ?",
                                clock.millis() + delay.toMillis(),
                                due.id());
            };
        });
    }

    private static int settle(Transaction transaction, Due due, String state) {
        return transaction.update("UPDATE outbox SET state = ? WHERE id = ?", state, due.id());
    }

    /** The newest alerts and how far they have come. */
    public List<JsonObject> list(int limit) {
        return database.read(transaction ->
                transaction.list(
                        "SELECT o.id, o.target, o.event, o.occurrences, o.created_at,"
                                + " o.due_at, o.attempts, o.state,"
                                + " coalesce(d.status, 0) AS status,"
                                + " coalesce(d.outcome, '') AS outcome,"
                                + " coalesce(d.millis, 0) AS millis,"
                                + " coalesce(d.at, 0) AS at FROM outbox o"
                                + " LEFT JOIN delivery d ON d.outbox = o.id"
                                + " AND d.entry = (SELECT max(entry) FROM delivery"
                                + " WHERE outbox = o.id)"
                                + " ORDER BY o.id DESC LIMIT ?",
                        Outbox::json,
                        limit));
    }

    private static JsonObject json(Row row) {
        JsonObject json =
                new JsonObject()
                        .put("id", row.text("id"))
                        .put("target", row.text("target"))
                        .put("kind", new JsonObject(row.text("event")).getString("kind"))
                        .put("state", row.text("state"))
                        .put("occurrences", row.number("occurrences"))
                        .put("createdAt", instant(row.number("created_at")))
                        .put("attempts", row.number("attempts"));
        if (row.text("state").equals("waiting")) {
            json.put("dueAt", instant(row.number("due_at")));
        }
        if (row.number("at") > 0) {
            json.put(
                    "last",
                    new JsonObject()
                            .put("at", instant(row.number("at")))
                            .put("millis", row.number("millis"))
                            .put("status", row.number("status"))
                            .put("outcome", row.text("outcome")));
        }
        return json;
    }

    private static String instant(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    private static Due due(Row row) {
        return new Due(
                row.text("id"),
                row.text("target"),
                new JsonObject(row.text("event")),
                row.number("occurrences"),
                row.number("created_at"),
                (int) row.number("attempts"));
    }
}
