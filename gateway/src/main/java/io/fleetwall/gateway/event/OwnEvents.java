package io.fleetwall.gateway.event;

import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Transaction;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.UuidV7;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** What this gateway itself has to say: policies published or refused, nodes that come and go. */
public final class OwnEvents {
    private final EventLog log;
    private final Database database;
    private final UuidV7 ids;
    private final Speaker speaker;
    private final AtomicLong sequence = new AtomicLong();

    /** Which gateway speaks, in which of its lives, by which clock. */
    public record Speaker(String gateway, UUID boot, InstantSource clock) {}

    /** Events of one gateway process. */
    public OwnEvents(EventLog log, Database database, UuidV7 ids, Speaker speaker) {
        this.log = log;
        this.database = database;
        this.ids = ids;
        this.speaker = speaker;
    }

    /**
     * Something to say.
     *
     * @param node whom it concerns; empty for the fleet
     * @param runner whom it concerns; empty for the whole node
     */
    public record Fact(EventKind kind, String node, String runner, String message, Extent extent) {
        /** A fact that is told at once. */
        public Fact(EventKind kind, String node, String runner, String message) {
            this(kind, node, runner, message, Extent.ONCE);
        }

        /** A fact about the fleet. */
        public static Fact ofFleet(EventKind kind, String message) {
            return new Fact(kind, "", "", message);
        }
    }

    /**
     * How much a fact stands for.
     *
     * @param count of what it tells together, at least 1
     * @param window how long before now it began; zero for what is told at once
     */
    public record Extent(long count, Duration window) {
        /** One thing, now. */
        public static final Extent ONCE = new Extent(1, Duration.ZERO);
    }

    /** Stores it in the caller's transaction; the caller announces it after the commit. */
    public StoredEvent append(Transaction transaction, Fact fact) {
        return append(transaction, List.of(fact)).getFirst();
    }

    /** Stores all of them together. */
    public List<StoredEvent> append(Transaction transaction, List<Fact> facts) {
        return log.appendOwn(transaction, facts.stream().map(this::sequenced).toList());
    }

    private EventLog.Sequenced sequenced(Fact fact) {
        Instant began = speaker.clock().instant().minus(fact.extent().window());
        Event event =
                new Event(
                        ids.next(),
                        began.truncatedTo(ChronoUnit.MILLIS),
                        fact.node(),
                        fact.runner(),
                        fact.kind(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        fact.extent().count(),
                        fact.message(),
                        fact.extent().window(),
                        List.of());
        return new EventLog.Sequenced(
                "gateway/" + speaker.gateway(),
                speaker.boot().toString(),
                sequence.incrementAndGet(),
                event);
    }

    /** Stores and announces it. Blocks. */
    public void say(Fact fact) {
        say(List.of(fact));
    }

    /** Stores and announces all of them, or none. Blocks. */
    public void say(List<Fact> facts) {
        if (!facts.isEmpty()) {
            log.announce(database.write(transaction -> append(transaction, facts)));
        }
    }

    /** Announces what {@link #append} stored. */
    public void announce(List<StoredEvent> stored) {
        log.announce(stored);
    }
}
