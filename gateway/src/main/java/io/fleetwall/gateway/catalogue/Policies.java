package io.fleetwall.gateway.catalogue;

import io.fleetwall.gateway.cluster.Head;
import io.fleetwall.gateway.event.OwnEvents;
import io.fleetwall.gateway.event.StoredEvent;
import io.fleetwall.gateway.store.AuditLog;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Transaction;
import io.fleetwall.policy.catalogue.Catalogue;
import io.fleetwall.policy.document.Problem;
import io.fleetwall.policy.document.SourceFile;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.signature.PolicySigner;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policies: what is in force, and how it changes. The store gives the numbers; this gateway's
 * snapshot follows it and never goes back. Calls that touch the store block.
 */
public final class Policies {
    private static final Logger LOG = LoggerFactory.getLogger(Policies.class);

    /** Losing a race so often in a row means that something publishes in a loop. */
    private static final int RACES = 8;

    private final Database database;
    private final Supplier<PolicySigner> signer;
    private final OwnEvents events;
    private final Trail trail;
    private final AtomicReference<Snapshot> current;
    private final List<Consumer<Snapshot>> listeners = new CopyOnWriteArrayList<>();

    /** By which clock revisions are dated, and where acts are written down. */
    public record Trail(InstantSource clock, AuditLog audit) {}

    /** Policies of a store, signed by a fleet key. Starts empty; {@link #reconcile} loads. */
    public Policies(
            Database database, Supplier<PolicySigner> signer, OwnEvents events, Trail trail) {
        this.database = database;
        this.signer = signer;
        this.events = events;
        this.trail = trail;
        Catalogue nothing = Catalogue.empty(0, Instant.EPOCH);
        Revision none =
                new Revision(
                        0,
                        hex(nothing.digest()),
                        Instant.EPOCH,
                        Instant.EPOCH,
                        "",
                        Revision.Cause.API,
                        "",
                        0);
        this.current = new AtomicReference<>(new Snapshot(none, nothing, signer.get()));
    }

    /** What is in force in this gateway. */
    public Snapshot current() {
        return current.get();
    }

    /** Calls back whenever a newer snapshot took force, on the thread that made it so. */
    public void onAdvance(Consumer<Snapshot> listener) {
        listeners.add(listener);
    }

    /** Reads sources without publishing them. */
    public Publication validate(List<SourceFile> sources) {
        return switch (Catalogue.read(current().revision().number(), now(), sources)) {
            case Catalogue.Reading.Refused(var problems) -> new Publication.Refused(problems);
            case Catalogue.Reading.Read(var catalogue, var warnings) ->
                    new Publication.Unchanged(current().revision(), warnings);
        };
    }

    /** Publishes sources as the next revision. */
    public Publication publish(Proposal proposal) {
        return publish(proposal, transaction -> {});
    }

    /** Publishes; {@code within} is written in the same transaction. */
    Publication publish(Proposal proposal, Consumer<Transaction> within) {
        long head = database.read(RevisionTable::head);
        for (int race = 0; race < RACES; race++) {
            Instant asOf = now();
            switch (Catalogue.read(head + 1, asOf, proposal.sources())) {
                case Catalogue.Reading.Refused(var problems) -> {
                    return new Publication.Refused(problems);
                }
                case Catalogue.Reading.Read(var catalogue, var warnings) -> {
                    Attempt attempt = new Attempt(proposal, catalogue, warnings);
                    Committed committed =
                            database.write(transaction -> commit(transaction, attempt, within));
                    if (committed.publication().isPresent()) {
                        return finish(committed, catalogue);
                    }
                    head = committed.head();
                }
            }
        }
        return new Publication.Conflict(head, database.read(RevisionTable::head));
    }

    /**
     * Publishes the content of an earlier revision again; empty when there is no such revision.
     *
     * @param expected only on top of this revision; empty for whatever is the head
     */
    public Optional<Publication> rollback(
            long to, Proposal.Author author, Optional<Long> expected) {
        Optional<RevisionTable.Content> content =
                database.read(transaction -> RevisionTable.load(transaction, to));
        return content.map(earlier -> publish(new Proposal(earlier.sources(), author, expected)));
    }

    /** Revisions, newest first. */
    public List<Revision> history(long before, int limit) {
        return database.read(transaction -> RevisionTable.history(transaction, before, limit));
    }

    /** A revision's catalogue. */
    public Optional<Snapshot> load(long number) {
        if (current().revision().number() == number) {
            return Optional.of(current());
        }
        return database.read(transaction -> RevisionTable.load(transaction, number))
                .map(this::snapshot);
    }

    /** Follows the store's head if it is ahead of this gateway. */
    public void reconcile() {
        long head = database.read(RevisionTable::head);
        if (head > current().revision().number()) {
            load(head).ifPresent(this::advance);
        }
    }

    /** Publishes the same sources again if a rule in force has expired. */
    public void expire() {
        Snapshot now = current();
        boolean due =
                now.catalogue().nextExpiry().filter(expiry -> !expiry.isAfter(now())).isPresent();
        if (due) {
            repeat(
                    new Proposal.Author("gateway", Revision.Cause.EXPIRY, "a rule has expired"),
                    now);
        }
    }

    /** Publishes the same sources again, signed by the key that counts now. */
    public void resign(String by, String message) {
        reconcile();
        Snapshot now = current();
        if (now.revision().number() > 0) {
            repeat(new Proposal.Author(by, Revision.Cause.KEYS, message), now);
        }
    }

    private void repeat(Proposal.Author author, Snapshot now) {
        publish(
                new Proposal(
                        List.copyOf(now.catalogue().sources().values()),
                        author,
                        Optional.of(now.revision().number())));
    }

    /** What the other gateways are told of the snapshot in force. */
    public Head head() {
        Revision revision = current().revision();
        return new Head(revision.number(), revision.digest());
    }

    Database database() {
        return database;
    }

    private record Attempt(Proposal proposal, Catalogue catalogue, List<Problem> warnings) {}

    /** Publication is empty when the head had moved, and then {@code head} is where it is now. */
    private record Committed(
            Optional<Publication> publication, long head, List<StoredEvent> stored) {
        static Committed of(Publication publication, StoredEvent... stored) {
            return new Committed(Optional.of(publication), 0, List.of(stored));
        }
    }

    private Committed commit(
            Transaction transaction, Attempt attempt, Consumer<Transaction> within) {
        Proposal proposal = attempt.proposal();
        long head = RevisionTable.head(transaction);
        long expected = proposal.expected().orElse(head);
        if (expected != head) {
            return Committed.of(new Publication.Conflict(expected, head));
        }
        if (head + 1 != attempt.catalogue().revision()) {
            return new Committed(Optional.empty(), head, List.of());
        }
        Optional<Revision> running = RevisionTable.find(transaction, head);
        String digest = hex(attempt.catalogue().digest());
        within.accept(transaction);
        boolean equal = running.isPresent() && running.get().digest().equals(digest);
        if (equal && !proposal.author().cause().repeats()) {
            return Committed.of(new Publication.Unchanged(running.get(), attempt.warnings()));
        }
        return append(transaction, attempt, digest);
    }

    private Committed append(Transaction transaction, Attempt attempt, String digest) {
        Proposal.Author author = attempt.proposal().author();
        Catalogue catalogue = attempt.catalogue();
        Revision revision =
                new Revision(
                        catalogue.revision(),
                        digest,
                        catalogue.asOf(),
                        now(),
                        author.by(),
                        author.cause(),
                        author.message(),
                        catalogue.sources().size());
        var content =
                new RevisionTable.Content(revision, List.copyOf(catalogue.sources().values()));
        if (!RevisionTable.append(transaction, revision.number() - 1, content)) {
            return new Committed(Optional.empty(), RevisionTable.head(transaction), List.of());
        }
        trail.audit()
                .record(
                        transaction,
                        new AuditLog.Act(
                                author.by(),
                                "policy." + author.cause().name().toLowerCase(Locale.ROOT),
                                "revision " + revision.number(),
                                new JsonObject()
                                        .put("digest", digest)
                                        .put("message", author.message())));
        StoredEvent event =
                events.append(
                        transaction,
                        OwnEvents.Fact.ofFleet(
                                EventKind.POLICY_PUBLISHED,
                                "revision "
                                        + revision.number()
                                        + " published: "
                                        + author.message()));
        return new Committed(
                Optional.of(new Publication.Published(revision, attempt.warnings())),
                0,
                List.of(event));
    }

    private Publication finish(Committed committed, Catalogue catalogue) {
        Publication publication = committed.publication().orElseThrow();
        if (publication instanceof Publication.Published(var revision, var warnings)) {
            advance(new Snapshot(revision, catalogue, signer.get()));
            events.announce(committed.stored());
        }
        return publication;
    }

    /** Puts a snapshot in force unless a newer one already is. */
    private void advance(Snapshot next) {
        Snapshot before =
                current.getAndUpdate(
                        now -> now.revision().number() >= next.revision().number() ? now : next);
        if (before.revision().number() >= next.revision().number()) {
            return;
        }
        LOG.atInfo()
                .addKeyValue("revision", next.revision().number())
                .addKeyValue("digest", next.revision().digest())
                .addKeyValue("cause", next.revision().cause())
                .addKeyValue("by", next.revision().by())
                .log("policies in force");
        listeners.forEach(listener -> listener.accept(next));
    }

    private Snapshot snapshot(RevisionTable.Content content) {
        Revision revision = content.revision();
        return switch (Catalogue.read(revision.number(), revision.asOf(), content.sources())) {
            case Catalogue.Reading.Read(var catalogue, var warnings) ->
                    new Snapshot(revision, catalogue, signer.get());
            case Catalogue.Reading.Refused(var problems) ->
                    throw new IllegalStateException(
                            "revision "
                                    + revision.number()
                                    + " does not read any more: "
                                    + problems.getFirst());
        };
    }

    private Instant now() {
        return trail.clock().instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }
}
