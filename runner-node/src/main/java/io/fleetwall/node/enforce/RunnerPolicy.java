package io.fleetwall.node.enforce;

import io.fleetwall.bpf.BpfException;
import io.fleetwall.node.dns.warm.Warmer;
import io.fleetwall.node.enforce.PolicyCheck.Finding;
import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.policy.compiled.CanonicalForm;
import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.compiled.MalformedPolicyException;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.SignedPolicy;
import io.fleetwall.protocol.signature.ScopeDigest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one runner is (scope) and has in force (standing), and the only way from one policy to the
 * next: check, build beside, carry over, remember on disk, flip, release. Used by its verticle
 * only.
 */
final class RunnerPolicy {
    /**
     * Addresses carried over are good for at least this long, so that connections older than their
     * name's TTL get a packet through under the new policy and are remembered as allowed by it.
     */
    private static final long CARRY_NANOS = 2_000_000_000L;

    /** So long the flip waits for names that the next policy adds; slower ones follow after it. */
    private static final long WARM_MILLIS = 200;

    private static final Logger LOG = LoggerFactory.getLogger(RunnerPolicy.class);

    private final Enforcement node;
    private final PolicyStore store;
    private final PolicyCheck check;
    private final RunnerSlots slot;
    private final RunnerGate gate;
    private final RunnerView view;
    private final Scope idle;
    private final List<TableSets.Shared> replaced = new ArrayList<>();
    private volatile Scope scope;
    private volatile Digest scopeDigest;
    private long highest;
    private boolean forgotten;

    RunnerPolicy(RunnerView view, RunnerSlots slot, RunnerGate gate, Enforcement node)
            throws IOException {
        this.node = node;
        this.view = view;
        this.slot = slot;
        this.gate = gate;
        this.check = new PolicyCheck(node.keys());
        this.store = PolicyStore.open(node.state(), view.name(), node.clock());
        PolicyStore.Memory memory = store.memory(node.keys()::accepts);
        this.highest = memory.highest();
        this.idle = new Scope(new TreeSet<>(view.labels()), Optional.empty());
        this.scope = new Scope(idle.labels(), memory.job());
        this.scopeDigest = ScopeDigest.of(scope);
        view.job(memory.job());
    }

    Scope scope() {
        return scope;
    }

    Digest scopeDigest() {
        return scopeDigest;
    }

    Standing standing() {
        return gate.standing();
    }

    /** Whether what is in force was chosen for what the runner is. */
    boolean settled() {
        return standing().scope().equals(scopeDigest);
    }

    /**
     * The runner is something else from now on; what is in force stays until the next policy. To be
     * followed by {@link #tidy}.
     */
    void become(Optional<Job> job) {
        scope = new Scope(idle.labels(), job);
        scopeDigest = ScopeDigest.of(scope);
        view.job(job);
        forgotten = true;
    }

    /** How putting a policy in force ended. */
    sealed interface Result {
        /** It is in force. */
        record InForce(Standing standing) implements Result {}

        /** What was in force still is. */
        record Refused(Finding.Bad why) implements Result {}
    }

    /** The last good policy of the runner's scope, from disk, checked like any other. */
    Optional<Result> restore() {
        try {
            return store.policy(scopeDigest).map(this::apply);
        } catch (IOException e) {
            LOG.atError()
                    .addKeyValue("runner", view.name())
                    .setCause(e)
                    .log("cannot read a policy");
            return Optional.empty();
        }
    }

    /** Puts a policy in force, if it is the fleet's word for this runner. */
    Result apply(SignedPolicy signed) {
        Standing before = standing();
        Finding finding =
                check.check(signed, new PolicyCheck.Against(scopeDigest, highest, before));
        if (finding instanceof Finding.Bad bad) {
            return new Result.Refused(bad);
        }
        return signed.policy().equals(before.digest()) ? restate(signed, before) : replace(signed);
    }

    private Result restate(SignedPolicy signed, Standing before) {
        if (signed.revision() == before.revision() && signed.scope().equals(before.scope())) {
            return new Result.InForce(before);
        }
        Standing next = before.restated(signed);
        keep(signed, CanonicalForm.bytes(before.policy()));
        gate.endSwap(next, () -> slot.restate(next));
        return new Result.InForce(next);
    }

    private Result replace(SignedPolicy signed) {
        Optional<byte[]> body = body(signed);
        if (body.isEmpty()) {
            return new Result.Refused(
                    new Finding.Bad(
                            "FW-N006",
                            "policy " + signed.policy().brief() + " came without its body",
                            "send it with its body: this node does not have it"));
        }
        try {
            Standing before = standing();
            CompiledPolicy policy = PolicyCheck.decode(body.get(), before.policy());
            Standing next = before.followed(signed, policy, node.sets());
            swap(next, () -> keep(signed, body.get()));
            return new Result.InForce(next);
        } catch (MalformedPolicyException e) {
            return new Result.Refused(
                    new Finding.Bad(
                            "FW-N007",
                            "signed, but no policy: " + e.getMessage(),
                            "gateway and node differ in version"));
        } catch (BpfException e) {
            LOG.atError().addKeyValue("runner", view.name()).setCause(e).log("the kernel refused");
            return new Result.Refused(
                    new Finding.Bad("FW-N008", String.valueOf(e.getMessage()), e.hint()));
        }
    }

    private Optional<byte[]> body(SignedPolicy signed) {
        if (signed.body().isPresent()) {
            return signed.body();
        }
        try {
            return store.body(signed.policy())
                    .filter(body -> Digest.of(body).equals(signed.policy()));
        } catch (IOException e) {
            LOG.atError().addKeyValue("runner", view.name()).setCause(e).log("policy not read");
            return Optional.empty();
        }
    }

    /** Nothing passes from now on: the runner is something for which there is no policy. */
    void lock() {
        if (standing().revision() != 0) {
            swap(Standing.denyAll(node.sets()), () -> {});
        }
    }

    /** Compares the tables in force with the policy, and builds them anew where they differ. */
    Optional<Tampering> attest() {
        Standing before = standing();
        List<String> found = node.sets().compare(before.tables());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        long from = System.nanoTime();
        swap(before.rebuilt(node.sets()), () -> {});
        return Optional.of(
                new Tampering(
                        EventKind.TAMPER_TABLE,
                        "the tables of policy "
                                + before.digest().brief()
                                + " were changed by somebody else ("
                                + String.join("; ", found)
                                + "); they were built anew within "
                                + (System.nanoTime() - from) / 1_000_000
                                + " ms. Until then packets were judged by what was changed."));
    }

    private void swap(Standing next, Runnable beforeFlip) {
        Standing before = standing();
        gate.beginSwap(next);
        try {
            boolean whole = carry(before, next);
            warm(before, next);
            beforeFlip.run();
            gate.endSwap(whole ? next.continuing(before) : next.beginning(), () -> slot.flip(next));
        } catch (RuntimeException e) {
            gate.abandonSwap();
            node.sets().release(next.tables());
            throw e;
        }
        replaced.add(before.tables());
    }

    /** False when something was learned that the next policy does not name. */
    private boolean carry(Standing before, Standing next) {
        long floor = node.boottime().getAsLong() + CARRY_NANOS;
        Carriage carriage = new Carriage(before.tables().learned(), next.dns().hosts(), floor);
        return carriage.to(next.tables().learned());
    }

    /**
     * Asks for the names that the next policy adds, so that a job's first connection need not wait
     * for an upstream. The flip waits a little for the answers, unless it takes something away.
     */
    private void warm(Standing before, Standing next) {
        Optional<Warmer> warmer = node.warmer();
        if (warmer.isEmpty() || next.policy().hosts().size() > NextGate.MAX_HOSTS) {
            return;
        }
        List<String> added = NextGate.added(next.policy(), before.dns());
        if (added.isEmpty()) {
            return;
        }
        NextGate ahead = new NextGate(gate, next, added);
        CompletableFuture<Void> answered = warmer.get().warm(ahead, ahead.names());
        if (Widening.onlyAdds(before.policy(), next.policy())) {
            // Completes exceptionally never, and late without harm: the rest is learned then.
            answered.completeOnTimeout(null, WARM_MILLIS, TimeUnit.MILLISECONDS).join();
        }
    }

    /**
     * Frees what was replaced and writes down what the runner is. Not part of a swap, because it
     * waits (for an RCU grace, for the disk) after the next policy is in force already, and
     * somebody waits to hear so.
     */
    void tidy() {
        replaced.forEach(node.sets()::release);
        replaced.clear();
        if (forgotten) {
            forgotten = false;
            remember();
        }
    }

    /**
     * A disk that fails does not keep a policy from being enforced: the next may be a lock-down.
     * After a restart, the last one that could be kept is in force until the gateway is heard.
     */
    private void keep(SignedPolicy signed, byte[] body) {
        highest = Math.max(highest, signed.revision());
        forgotten = true;
        try {
            store.keep(
                    new SignedPolicy(
                            signed.revision(),
                            signed.scope(),
                            signed.policy(),
                            signed.keyId(),
                            signed.signature(),
                            Optional.of(body)));
        } catch (IOException e) {
            LOG.atError()
                    .addKeyValue("runner", view.name())
                    .addKeyValue("revision", signed.revision())
                    .setCause(e)
                    .log(
                            "policy in force but not kept: after a restart nothing passes until the"
                                    + " gateway is heard");
        }
    }

    private void remember() {
        try {
            store.remember(new PolicyStore.Memory(highest, scope.job()));
        } catch (IOException e) {
            LOG.atError().addKeyValue("runner", view.name()).setCause(e).log("scope not kept");
        }
    }
}
