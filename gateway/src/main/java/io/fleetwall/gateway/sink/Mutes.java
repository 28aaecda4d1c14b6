package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.condition.Condition;
import io.fleetwall.gateway.condition.ConditionReader;
import io.fleetwall.gateway.store.AuditLog;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Row;
import io.fleetwall.gateway.store.Transaction;
import io.fleetwall.protocol.event.UuidV7;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Alerts that are not to be sent: picked by a condition, for a reason, until a time. The events
 * themselves are stored and reach every sink that gets all events; only alerts are held back.
 *
 * <p>Read in the events' own transaction, so a mute works in every gateway from its commit on.
 */
public final class Mutes {
    private final Database database;
    private final InstantSource clock;
    private final UuidV7 ids;
    private final AuditLog audit;

    /** The mutes of a fleet. */
    public Mutes(Database database, InstantSource clock, UuidV7 ids, AuditLog audit) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.audit = audit;
    }

    /**
     * One mute.
     *
     * @param hidden how many events' alerts it has held back
     */
    public record Mute(
            String id,
            Condition picks,
            String reason,
            String by,
            Instant from,
            Instant until,
            long hidden) {}

    /** A mute that is wanted. */
    public record Wish(Condition picks, String reason, String by, Duration life) {}

    /** Adds one. */
    public Mute add(Wish wish) {
        Instant now = Instant.ofEpochMilli(clock.millis());
        Mute mute =
                new Mute(
                        ids.next().toString(),
                        wish.picks(),
                        wish.reason(),
                        wish.by(),
                        now,
                        now.plus(wish.life()),
                        0);
        return database.write(transaction -> {
            transaction.update(
                    "INSERT INTO mute (id, picks, reason, created_by, created_at, expires_at,"
                            + " hidden) VALUES (?, ?, ?, ?, ?, ?, 0)",
                    mute.id(),
                    mute.picks().toString(),
                    mute.reason(),
                    mute.by(),
                    mute.from().toEpochMilli(),
                    mute.until().toEpochMilli());
            audit.record(
                    transaction,
                    new AuditLog.Act(
                            wish.by(),
                            "mute.add",
                            mute.id(),
                            new JsonObject()
                                    .put("picks", mute.picks().toString())
                                    .put("reason", mute.reason())
                                    .put("until", mute.until().toString())));
            return mute;
        });
    }

    /** Ends one now; whether there was one in force. */
    public boolean end(String id, String by) {
        return database.write(transaction -> {
            long now = clock.millis();
            int ended =
                    transaction.update(
                            "UPDATE mute SET expires_at = ? WHERE id = ? AND expires_at > ?",
                            now,
                            id,
                            now);
            if (ended > 0) {
                audit.record(transaction, new AuditLog.Act(by, "mute.end", id, new JsonObject()));
            }
            return ended > 0;
        });
    }

    /** Those in force, and the latest that were. */
    public List<Mute> list() {
        return database.read(transaction ->
                transaction.list(
                        "SELECT * FROM mute ORDER BY expires_at DESC LIMIT 500", Mutes::mute));
    }

    /** Those in force. */
    List<Mute> inForce(Transaction transaction) {
        return transaction.list(
                "SELECT * FROM mute WHERE expires_at > ?", Mutes::mute, clock.millis());
    }

    /** The events of which alerts are not held back; the others are counted. */
    List<JsonObject> passing(Transaction transaction, List<JsonObject> events) {
        List<Mute> mutes = inForce(transaction);
        if (mutes.isEmpty()) {
            return events;
        }
        List<JsonObject> passing = new ArrayList<>();
        Map<String, Integer> hidden = new HashMap<>();
        for (JsonObject event : events) {
            mutes.stream()
                    .filter(mute -> mute.picks().holds(event))
                    .findFirst()
                    .ifPresentOrElse(
                            mute -> hidden.merge(mute.id(), 1, Integer::sum),
                            () -> passing.add(event));
        }
        hidden.forEach((id, count) ->
                transaction.update("UPDATE mute SET hidden = hidden + ? WHERE id = ?", count, id));
        return passing;
    }

    private static Mute mute(Row row) {
        return new Mute(
                row.text("id"),
                ConditionReader.read(row.text("picks")),
                row.text("reason"),
                row.text("created_by"),
                Instant.ofEpochMilli(row.number("created_at")),
                Instant.ofEpochMilli(row.number("expires_at")),
                row.number("hidden"));
    }
}
