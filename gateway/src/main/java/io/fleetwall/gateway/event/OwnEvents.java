package io.fleetwall.gateway.event;

import static java.time.temporal.ChronoUnit.MILLIS;

import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Transaction;
import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.protocol.event.Destination;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.UuidV7;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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
    public record Fact(EventKind kind, String node, String runner, String message, Detail detail) {
        /** A fact of which there is nothing more to say. */
        public Fact(EventKind kind, String node, String runner, String message) {
            this(kind, node, runner, message, Detail.NONE);
        }

        /** A fact about the fleet. */
        public static Fact ofFleet(EventKind kind, String message) {
            return new Fact(kind, "", "", message);
        }
    }

    /**
     * More of a fact.
     *
     * @param at when it was, or began; empty for now
     * @param subject whose traffic to where it is about
     * @param count of what it tells together, at least 1
     * @param window how long from {@code at} it took; zero for what is told at once
     */
    public record Detail(Optional<Instant> at, Subject subject, long count, Duration window) {
        private static final Detail NONE =
                new Detail(Optional.empty(), Subject.NONE, 1, Duration.ZERO);

        /** So many things that came about in a time. */
        public static Detail over(Instant at, long count, Duration window) {
            return new Detail(Optional.of(at), Subject.NONE, count, window);
        }

        /** Somebody's traffic. */
        public static Detail of(Instant at, Subject subject) {
            return new Detail(Optional.of(at), subject, 1, Duration.ZERO);
        }
    }

    /**
     * Whose traffic to where a fact is about.
     *
     * @param labels of the runner
     */
    public record Subject(
            Optional<Job> job, Optional<Destination> destination, List<String> labels) {
        private static final Subject NONE =
                new Subject(Optional.empty(), Optional.empty(), List.of());

        public Subject {
            labels = List.copyOf(labels);
        }

        /** That of another event, by its JSON form. */
        public static Subject of(JsonObject event) {
            return new Subject(
                    Optional.ofNullable(event.getJsonObject("job")).map(EventJson::job),
                    Optional.ofNullable(event.getJsonObject("destination"))
                            .map(EventJson::destination),
                    event.getJsonArray("labels", new JsonArray()).stream()
                            .map(Object::toString)
                            .toList());
        }
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
        Detail detail = fact.detail();
        Event event =
                new Event(
                        ids.next(),
                        detail.at().orElseGet(speaker.clock()::instant).truncatedTo(MILLIS),
                        fact.node(),
                        fact.runner(),
                        fact.kind(),
                        detail.subject().job(),
                        detail.subject().destination(),
                        Optional.empty(),
                        Optional.empty(),
                        detail.count(),
                        fact.message(),
                        detail.window(),
                        detail.subject().labels());
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
