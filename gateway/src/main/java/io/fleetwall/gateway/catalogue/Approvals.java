package io.fleetwall.gateway.catalogue;

import io.fleetwall.gateway.config.GatewayConfig.Approval;
import io.fleetwall.gateway.store.AuditLog;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Row;
import io.fleetwall.gateway.store.Transaction;
import io.fleetwall.policy.document.SourceFile;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Policies that wait for a second person. Somebody proposes them on top of a revision; somebody
 * else, whose role suffices, publishes or rejects them. What was published meanwhile makes a
 * proposal worthless: nobody has looked at the two together.
 */
public final class Approvals {
    private static final String OPEN = "open";
    private static final String META =
            "SELECT id, base, message, proposed_at, proposed_by FROM policy_proposal";

    private final Policies policies;
    private final Database database;
    private final Policies.Trail trail;
    private final Approval approval;

    /** Proposals of a store, which become revisions of these policies. */
    public Approvals(Policies policies, Policies.Trail trail, Approval approval) {
        this.policies = policies;
        this.database = policies.database();
        this.trail = trail;
        this.approval = approval;
    }

    /** A proposal nobody has decided. */
    public record Waiting(String id, long base, String message, Instant at, String by) {
        private static Waiting of(Row row) {
            return new Waiting(
                    row.text("id"),
                    row.number("base"),
                    row.text("message"),
                    Instant.ofEpochMilli(row.number("proposed_at")),
                    row.text("proposed_by"));
        }
    }

    /** A proposal and what it would put in force. */
    public record Whole(Waiting waiting, List<SourceFile> sources) {
        public Whole {
            sources = List.copyOf(sources);
        }
    }

    /** What came of an attempt to decide. */
    public sealed interface Decision {
        /** Published, or as near to it as the policies let it come. */
        record Approved(Publication publication) implements Decision {}

        /** Whoever proposed it does not decide it. */
        record OwnProposal(String by) implements Decision {}

        /** There is no such proposal that waits. */
        record Gone() implements Decision {}
    }

    /** Whether publishing needs a second person. */
    public boolean needed() {
        return approval == Approval.ANOTHER_PERSON;
    }

    /** Keeps sources that read well for somebody else to look at. */
    public Waiting propose(Proposal proposal) {
        Waiting waiting =
                new Waiting(
                        UUID.randomUUID().toString(),
                        proposal.expected().orElse(policies.current().revision().number()),
                        proposal.author().message(),
                        Instant.ofEpochMilli(trail.clock().millis()),
                        proposal.author().by());
        return database.write(transaction -> {
            transaction.update(
                    "INSERT INTO policy_proposal (id, state, base, message, sources, proposed_at,"
                            + " proposed_by, decided_at, decided_by)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?, 0, '')",
                    waiting.id(),
                    OPEN,
                    waiting.base(),
                    waiting.message(),
                    RevisionTable.encode(proposal.sources()),
                    waiting.at().toEpochMilli(),
                    waiting.by());
            note(transaction, waiting.by(), "policy.propose", waiting);
            return waiting;
        });
    }

    /** Proposals that wait, oldest first, behind one. */
    public List<Waiting> waiting(Optional<Place> after, int limit) {
        Place place = after.orElse(new Place(0, ""));
        return database.read(transaction ->
                transaction.list(
                        META
                                + " WHERE state = ? AND (proposed_at > ?"
                                + " OR (proposed_at = ? AND id > ?))"
                                + " ORDER BY proposed_at, id LIMIT ?",
                        Waiting::of,
                        OPEN,
                        place.at(),
                        place.at(),
                        place.id(),
                        limit));
    }

    /** Where a proposal stands in the list. */
    public record Place(long at, String id) {}

    /** One that waits. */
    public Optional<Whole> find(String id) {
        return database.read(transaction ->
                transaction.first(
                        META.replace(" FROM", ", sources FROM") + " WHERE id = ? AND state = ?",
                        row ->
                                new Whole(
                                        Waiting.of(row), RevisionTable.decode(row.text("sources"))),
                        id,
                        OPEN));
    }

    /** Publishes one; the head must be what it was proposed on. */
    public Decision approve(String id, String by) {
        Optional<Whole> found = find(id);
        if (found.isEmpty()) {
            return new Decision.Gone();
        }
        Waiting waiting = found.get().waiting();
        if (waiting.by().equals(by)) {
            return new Decision.OwnProposal(by);
        }
        var author =
                new Proposal.Author(waiting.by(), Revision.Cause.API, said(waiting.message(), by));
        try {
            return new Decision.Approved(
                    policies.publish(
                            new Proposal(
                                    found.get().sources(), author, Optional.of(waiting.base())),
                            transaction -> decide(transaction, waiting, new Act("approve", by))));
        } catch (DecidedMeanwhileException meanwhile) {
            return new Decision.Gone();
        }
    }

    private static String said(String message, String by) {
        return (message.isEmpty() ? "" : message + " ") + "(approved by " + by + ")";
    }

    /** Puts one aside for good; also whoever proposed it may. False when none waits. */
    public boolean reject(String id, String by) {
        Optional<Whole> found = find(id);
        try {
            found.ifPresent(whole ->
                    database.write(transaction -> {
                        decide(transaction, whole.waiting(), new Act("reject", by));
                        return id;
                    }));
            return found.isPresent();
        } catch (DecidedMeanwhileException meanwhile) {
            return false;
        }
    }

    private record Act(String name, String by) {}

    private static final class DecidedMeanwhileException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private void decide(Transaction transaction, Waiting waiting, Act act) {
        int rows =
                transaction.update(
                        "UPDATE policy_proposal SET state = ?, decided_at = ?, decided_by = ?"
                                + " WHERE id = ? AND state = ?",
                        act.name(),
                        trail.clock().millis(),
                        act.by(),
                        waiting.id(),
                        OPEN);
        if (rows == 0) {
            throw new DecidedMeanwhileException();
        }
        note(transaction, act.by(), "policy." + act.name(), waiting);
    }

    private void note(Transaction transaction, String by, String act, Waiting waiting) {
        trail.audit()
                .record(
                        transaction,
                        new AuditLog.Act(
                                by,
                                act,
                                "proposal " + waiting.id(),
                                new JsonObject()
                                        .put("proposedBy", waiting.by())
                                        .put("base", waiting.base())
                                        .put("message", waiting.message())));
    }
}
