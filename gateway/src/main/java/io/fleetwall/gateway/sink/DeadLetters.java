package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.store.AuditLog;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Row;
import io.fleetwall.gateway.store.Transaction;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Alerts and how far they have come; those that were given up can be sent again, or deleted. */
public final class DeadLetters {
    private static final String SELECT =
            "SELECT o.id, o.target, o.incident, o.event, o.occurrences, o.created_at,"
                    + " o.due_at, o.attempts, o.state,"
                    + " coalesce(d.status, 0) AS status,"
                    + " coalesce(d.outcome, '') AS outcome,"
                    + " coalesce(d.millis, 0) AS millis,"
                    + " coalesce(d.at, 0) AS at FROM outbox o"
                    + " LEFT JOIN delivery d ON d.outbox = o.id"
                    + " AND d.entry = (SELECT max(entry) FROM delivery"
                    + " WHERE outbox = o.id)";
    private final Database database;
    private final InstantSource clock;
    private final AuditLog audit;

    /** The letters of a store. */
    public DeadLetters(Database database, InstantSource clock, AuditLog audit) {
        this.database = database;
        this.clock = clock;
        this.audit = audit;
    }

    /**
     * Which ones.
     *
     * @param state empty for all
     * @param target empty for all
     * @param id empty for all
     */
    public record Which(String state, String target, String id) {}

    /** The newest below an id; empty for the newest of all. */
    public List<JsonObject> list(Which which, String before, int limit) {
        return database.read(transaction ->
                transaction.list(
                        SELECT
                                + " WHERE (? = '' OR o.state = ?) AND (? = '' OR o.target = ?)"
                                + " AND (? = '' OR o.id = ?)"
                                + " AND (? = '' OR o.id < ?) ORDER BY o.id DESC LIMIT ?",
                        DeadLetters::json,
                        which.state(),
                        which.state(),
                        which.target(),
                        which.target(),
                        which.id(),
                        which.id(),
                        before,
                        before,
                        limit));
    }

    /** Sends dead ones again, from the first attempt on; answers how many. */
    public int replay(Which which, String by) {
        return database.write(transaction -> {
            long now = clock.millis();
            int count =
                    transaction.update(
                            "UPDATE outbox SET state = 'waiting', attempts = 0, leased_until = 0,"
                                    + " due_at = ?, created_at = ? WHERE state = 'dead'"
                                    + " AND (? = '' OR target = ?) AND (? = '' OR id = ?)",
                            now,
                            now,
                            which.target(),
                            which.target(),
                            which.id(),
                            which.id());
            return record(transaction, new Done("webhook.replay", by, count), which);
        });
    }

    /** Deletes dead ones; answers how many. The events stay in the log. */
    public int purge(Which which, String by) {
        return database.write(transaction -> {
            int count =
                    transaction.update(
                            "DELETE FROM outbox WHERE state = 'dead'"
                                    + " AND (? = '' OR target = ?) AND (? = '' OR id = ?)",
                            which.target(),
                            which.target(),
                            which.id(),
                            which.id());
            return record(transaction, new Done("webhook.purge", by, count), which);
        });
    }

    private record Done(String act, String by, int count) {}

    private int record(Transaction transaction, Done done, Which which) {
        String subject = which.id().isEmpty() ? which.target() : which.id();
        JsonObject detail = new JsonObject().put("count", done.count());
        audit.record(transaction, new AuditLog.Act(done.by(), done.act(), subject, detail));
        return done.count();
    }

    private static JsonObject json(Row row) {
        JsonObject event = new JsonObject(row.text("event"));
        JsonObject json =
                new JsonObject()
                        .put("id", row.text("id"))
                        .put("target", row.text("target"))
                        .put("incident", row.text("incident"))
                        .put("kind", event.getString("kind"))
                        .put("event", event.getString("id"))
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
}
