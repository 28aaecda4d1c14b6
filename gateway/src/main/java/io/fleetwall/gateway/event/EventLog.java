package io.fleetwall.gateway.event;

import io.fleetwall.gateway.Addresses;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Row;
import io.fleetwall.gateway.store.Transaction;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.message.EventBatch;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Everything that happened, in the order it was stored. Writing happens inside the caller's
 * transaction; telling the others ({@link #announce}) only after it committed, so that nobody hears
 * of an event that is lost.
 */
public final class EventLog {
    private static final List<String> COLUMNS =
            List.of("entry", "id", "kind", "at", "received", "origin", "boot", "sequence", "body");
    private final Database database;
    private final EventBus bus;
    private final InstantSource clock;
    private final BiConsumer<Transaction, List<StoredEvent>> alongside;

    /**
     * A log.
     *
     * @param alongside what else is written in the events' own transaction (the outbox)
     */
    public EventLog(
            Database database,
            EventBus bus,
            InstantSource clock,
            BiConsumer<Transaction, List<StoredEvent>> alongside) {
        this.database = database;
        this.bus = bus;
        this.clock = clock;
        this.alongside = alongside;
    }

    /** Stores an event of this gateway itself, which nobody sends twice. */
    public StoredEvent append(Transaction transaction, Sequenced sequenced) {
        return insert(transaction, List.of(sequenced)).getFirst();
    }

    /**
     * Stores what is new of a node's batch. A node's sequence has no gaps and ascends, so what is
     * not above the highest stored one is a redelivery.
     */
    public List<StoredEvent> append(Transaction transaction, String node, EventBatch batch) {
        String boot = batch.boot().toString();
        long stored =
                transaction
                        .first(
                                "SELECT sequence FROM event_source WHERE origin = ? AND boot = ?",
                                row -> row.number("sequence"),
                                node,
                                boot)
                        .orElse(0L);
        List<Sequenced> fresh = new ArrayList<>();
        long sequence = batch.firstSequence();
        for (Event event : batch.events()) {
            if (sequence > stored) {
                fresh.add(new Sequenced(node, boot, sequence, event));
            }
            sequence++;
        }
        if (fresh.isEmpty()) {
            return List.of();
        }
        transaction.update(
                "INSERT INTO event_source (origin, boot, sequence, received) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT (origin, boot) DO UPDATE SET sequence = excluded.sequence,"
                        + " received = excluded.received",
                node,
                boot,
                batch.lastSequence(),
                clock.millis());
        return insert(transaction, fresh);
    }

    /** Numbers events in the order in which they become visible, and stores them at once. */
    private List<StoredEvent> insert(Transaction transaction, List<Sequenced> events) {
        long entry =
                transaction
                                .first(
                                        "UPDATE event_head SET entry = entry + ? WHERE id = 1"
                                                + " RETURNING entry",
                                        row -> row.number("entry"),
                                        events.size())
                                .orElseThrow()
                        - events.size();
        Instant now = clock.instant();
        long received = now.toEpochMilli();
        List<StoredEvent> stored = new ArrayList<>(events.size());
        List<List<Object>> rows = new ArrayList<>(events.size());
        for (Sequenced one : events) {
            entry++;
            Event event = one.event();
            JsonObject body = EventJson.of(event).put("received", now.toString());
            stored.add(new StoredEvent(entry, event.kind().text(), body));
            rows.add(
                    List.of(
                            entry,
                            event.id().toString(),
                            event.kind().text(),
                            event.at().toEpochMilli(),
                            received,
                            one.origin(),
                            one.boot(),
                            one.sequence(),
                            body.encode()));
        }
        transaction.insert("event", COLUMNS, rows);
        alongside.accept(transaction, stored);
        return stored;
    }

    /**
     * An event and what tells it from a redelivery of itself.
     *
     * @param origin the node, or {@code gateway/NAME} for a gateway's own
     */
    public record Sequenced(String origin, String boot, long sequence, Event event) {}

    /** Tells the event bus of events whose transaction has committed. */
    public void announce(List<StoredEvent> stored) {
        if (stored.isEmpty()) {
            return;
        }
        for (StoredEvent event : stored) {
            bus.publish(Addresses.EVENTS + event.kind(), event.json());
        }
        bus.publish(Addresses.EVENTS_STORED, stored.getLast().entry());
        bus.publish(Addresses.OUTBOX_DUE, "", new DeliveryOptions().setLocalOnly(true));
    }

    /**
     * Which events a reader wants.
     *
     * @param after the cursor it has
     * @param kind only this one; empty for all
     * @param limit at most so many
     */
    public record Query(long after, Optional<String> kind, int limit) {}

    /** Events after a cursor, oldest first. */
    public List<StoredEvent> read(Query query) {
        return database.read(transaction ->
                query.kind().isPresent()
                        ? transaction.list(
                                "SELECT entry, kind, body FROM event WHERE kind = ?"
                                        + " AND entry > ? ORDER BY entry LIMIT ?",
                                EventLog::event,
                                query.kind().get(),
                                query.after(),
                                query.limit())
                        : transaction.list(
                                "SELECT entry, kind, body FROM event WHERE entry > ?"
                                        + " ORDER BY entry LIMIT ?",
                                EventLog::event,
                                query.after(),
                                query.limit()));
    }

    /** The newest cursor; 0 when there is no event. */
    public long newest() {
        return database.read(transaction ->
                transaction
                        .first(
                                "SELECT coalesce(max(entry), 0) AS newest FROM event",
                                row -> row.number("newest"))
                        .orElse(0L));
    }

    /**
     * Deletes whole days of events, and deliveries, incidents, their messages and mutes that ended
     * before; returns how many events. An incident stays as long as an alert of it waits.
     */
    public long forgetOlderThan(Duration age) {
        long before = clock.millis() - age.toMillis();
        database.write(transaction -> {
            transaction.update("DELETE FROM delivery WHERE at < ?", before);
            transaction.update("DELETE FROM event_source WHERE received < ?", before);
            transaction.update(
                    "DELETE FROM outbox WHERE state <> 'waiting' AND created_at < ?", before);
            transaction.update(
                    "DELETE FROM incident WHERE state = 'resolved' AND last_at < ? AND id NOT IN"
                            + " (SELECT incident FROM outbox)",
                    before);
            transaction.update(
                    "DELETE FROM sink_message WHERE incident NOT IN"
                            + " (SELECT id FROM incident)");
            return transaction.update("DELETE FROM mute WHERE expires_at < ?", before);
        });
        Instant now = clock.instant();
        return database.keepDays("event", now, now.minus(age));
    }

    private static StoredEvent event(Row row) {
        return new StoredEvent(
                row.number("entry"), row.text("kind"), new JsonObject(row.text("body")));
    }
}
