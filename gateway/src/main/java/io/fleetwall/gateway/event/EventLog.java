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
    private final Database database;
    private final EventBus bus;
    private final InstantSource clock;
    private final BiConsumer<Transaction, StoredEvent> alongside;

    /**
     * A log.
     *
     * @param alongside what else is written in an event's own transaction (the outbox)
     */
    public EventLog(
            Database database,
            EventBus bus,
            InstantSource clock,
            BiConsumer<Transaction, StoredEvent> alongside) {
        this.database = database;
        this.bus = bus;
        this.clock = clock;
        this.alongside = alongside;
    }

    /** Stores one event; empty when it is already there. */
    public Optional<StoredEvent> append(Transaction transaction, Sequenced sequenced) {
        Event event = sequenced.event();
        JsonObject body = EventJson.of(event).put("received", clock.instant().toString());
        Optional<Long> entry =
                transaction.first(
                        "INSERT INTO event (id, kind, at, received, origin, boot, sequence, body)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                                + " ON CONFLICT (origin, boot, sequence) DO NOTHING"
                                + " RETURNING entry",
                        row -> row.number("entry"),
                        event.id().toString(),
                        event.kind().text(),
                        event.at().toEpochMilli(),
                        clock.millis(),
                        sequenced.origin(),
                        sequenced.boot(),
                        sequenced.sequence(),
                        body.encode());
        Optional<StoredEvent> stored =
                entry.map(number -> new StoredEvent(number, event.kind().text(), body));
        stored.ifPresent(fresh -> alongside.accept(transaction, fresh));
        return stored;
    }

    /** Stores what is new of a node's batch. */
    public List<StoredEvent> append(Transaction transaction, String node, EventBatch batch) {
        List<StoredEvent> stored = new ArrayList<>();
        long sequence = batch.firstSequence();
        for (Event event : batch.events()) {
            String boot = batch.boot().toString();
            append(transaction, new Sequenced(node, boot, sequence, event)).ifPresent(stored::add);
            sequence++;
        }
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

    /** Deletes events and deliveries older than this; returns how many events. */
    public int forgetOlderThan(Duration age) {
        long before = clock.millis() - age.toMillis();
        return database.write(transaction -> {
            transaction.update("DELETE FROM delivery WHERE at < ?", before);
            transaction.update(
                    "DELETE FROM outbox WHERE state <> 'waiting' AND created_at < ?", before);
            return transaction.update("DELETE FROM event WHERE received < ?", before);
        });
    }

    private static StoredEvent event(Row row) {
        return new StoredEvent(
                row.number("entry"), row.text("kind"), new JsonObject(row.text("body")));
    }
}
