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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything that happened, in the order it was stored, each transaction's events a link of a
 * chain. Writing happens inside the caller's transaction; telling the others ({@link #announce})
 * only after it committed, so that nobody hears of an event that is lost.
 */
public final class EventLog {
    private final Database database;
    private final EventBus bus;
    private final InstantSource clock;
    private final EventChain chain;
    private final Alongside alongside;

    /** What else is written in the events' own transaction: the outbox, what baselines learn. */
    @FunctionalInterface
    public interface Alongside {
        /** Writes. What it throws lets the events be rolled back. */
        void write(Transaction transaction, List<StoredEvent> events);

        /** The transaction that stored these, and what was written with them, has committed. */
        default void committed(List<StoredEvent> events) {}

        /** This, and then something else. */
        default Alongside and(Alongside other) {
            Alongside first = this;
            return new Alongside() {
                @Override
                public void write(Transaction transaction, List<StoredEvent> events) {
                    first.write(transaction, events);
                    other.write(transaction, events);
                }

                @Override
                public void committed(List<StoredEvent> events) {
                    first.committed(events);
                    other.committed(events);
                }
            };
        }
    }

    /** A log. */
    public EventLog(Database database, EventBus bus, InstantSource clock, Alongside alongside) {
        this.database = database;
        this.bus = bus;
        this.clock = clock;
        this.chain = new EventChain(clock);
        this.alongside = alongside;
    }

    /** Stores events of this gateway itself, which nobody sends twice, at once. */
    List<StoredEvent> appendOwn(Transaction transaction, List<Sequenced> events) {
        return events.isEmpty() ? List.of() : insert(transaction, events);
    }

    /** What a node reports. */
    public record Report(String node, EventBatch batch) {
        private Source source() {
            return new Source(node, batch.boot().toString());
        }
    }

    /** One life of one node, whose events have one sequence. */
    private record Source(String origin, String boot) {}

    /**
     * Stores what is new of nodes' batches. A node's sequence has no gaps and ascends, so what is
     * not above the highest stored one is a redelivery.
     */
    public List<StoredEvent> append(Transaction transaction, List<Report> reports) {
        Map<Source, Long> stored = stored(transaction, reports);
        List<Sequenced> fresh = new ArrayList<>();
        for (Report report : reports) {
            Source source = report.source();
            long highest = stored.getOrDefault(source, 0L);
            long sequence = report.batch().firstSequence();
            for (Event event : report.batch().events()) {
                if (sequence > highest) {
                    fresh.add(new Sequenced(source.origin(), source.boot(), sequence, event));
                }
                sequence++;
            }
            stored.merge(source, report.batch().lastSequence(), Math::max);
        }
        if (fresh.isEmpty()) {
            return List.of();
        }
        remember(transaction, stored);
        return insert(transaction, fresh);
    }

    /** How far sources were stored before. */
    private static Map<Source, Long> stored(Transaction transaction, List<Report> reports) {
        List<Source> sources = reports.stream().map(Report::source).distinct().toList();
        Map<Source, Long> stored = new LinkedHashMap<>();
        transaction
                .list(
                        "SELECT origin, boot, sequence FROM event_source WHERE (origin, boot) IN"
                                + " (VALUES "
                                + String.join(", ", Collections.nCopies(sources.size(), "(?, ?)"))
                                + ")",
                        row ->
                                Map.entry(
                                        new Source(row.text("origin"), row.text("boot")),
                                        row.number("sequence")),
                        sources.stream()
                                .flatMap(source -> Stream.of(source.origin(), source.boot()))
                                .toArray())
                .forEach(found -> stored.put(found.getKey(), found.getValue()));
        return stored;
    }

    private void remember(Transaction transaction, Map<Source, Long> stored) {
        long now = clock.millis();
        transaction.update(
                "INSERT INTO event_source (origin, boot, sequence, received) VALUES "
                        + String.join(", ", Collections.nCopies(stored.size(), "(?, ?, ?, ?)"))
                        + " ON CONFLICT (origin, boot) DO UPDATE SET sequence = excluded.sequence,"
                        + " received = excluded.received",
                stored.entrySet().stream()
                        .flatMap(one ->
                                Stream.<Object>of(
                                        one.getKey().origin(),
                                        one.getKey().boot(),
                                        one.getValue(),
                                        now))
                        .toArray());
    }

    /** Numbers events in the order in which they become visible, and stores them at once. */
    private List<StoredEvent> insert(Transaction transaction, List<Sequenced> events) {
        EventChain.Head head = EventChain.head(transaction);
        Instant now = clock.instant();
        String received = now.toString();
        long entry = head.entry();
        List<StoredEvent> stored = new ArrayList<>(events.size());
        List<EventRow> rows = new ArrayList<>(events.size());
        for (Sequenced one : events) {
            entry++;
            Event event = one.event();
            JsonObject body = EventJson.of(event).put("received", received);
            stored.add(new StoredEvent(entry, event.kind().text(), body));
            rows.add(
                    new EventRow(
                            entry,
                            event.id().toString(),
                            event.kind().text(),
                            event.at().toEpochMilli(),
                            now.toEpochMilli(),
                            one.origin(),
                            one.boot(),
                            one.sequence(),
                            body.toBuffer()));
        }
        chain.append(transaction, head, rows);
        alongside.write(transaction, stored);
        return stored;
    }

    /**
     * An event and what tells it from a redelivery of itself.
     *
     * @param origin the node, or {@code gateway/NAME} for a gateway's own
     */
    record Sequenced(String origin, String boot, long sequence, Event event) {}

    /**
     * Tells the event bus that there are events whose transaction has committed: once for all of
     * them, as whoever wants them reads the store from a cursor.
     */
    public void announce(List<StoredEvent> stored) {
        if (stored.isEmpty()) {
            return;
        }
        alongside.committed(stored);
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
     * Deletes whole days of events, and deliveries, incidents, their messages and mutes that ended,
     * and what baselines saw last before; returns how many events. An incident stays as long as an
     * alert of it waits.
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
            transaction.update("DELETE FROM baseline_place WHERE last_seen < ?", before);
            transaction.update("DELETE FROM baseline WHERE last_seen < ?", before);
            return transaction.update("DELETE FROM mute WHERE expires_at < ?", before);
        });
        Instant now = clock.instant();
        return database.write(transaction -> chain.forget(transaction, now, now.minus(age)));
    }

    private static StoredEvent event(Row row) {
        return new StoredEvent(
                row.number("entry"), row.text("kind"), new JsonObject(row.text("body")));
    }
}
