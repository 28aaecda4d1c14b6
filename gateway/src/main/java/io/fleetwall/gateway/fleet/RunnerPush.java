package io.fleetwall.gateway.fleet;

import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.signature.ScopeDigest;
import java.util.Optional;

/**
 * What one connection knows of one runner: what it has, what it was sent, what it would not take.
 * Lives on the connection's event loop.
 */
final class RunnerPush {
    private final String runner;
    private Scope scope;
    private Digest scopeDigest;
    private PolicyMark applied;
    private Optional<Sent> sent = Optional.empty();
    private PolicyMark refused = PolicyMark.NONE;
    private PolicyMark offered = PolicyMark.NONE;
    private boolean wantsBody;
    private int unanswered;

    /** A policy under way. */
    record Sent(PolicyMark mark, long atNanos, Form form) {}

    /** Whether a policy was sent with its body. */
    enum Form {
        WHOLE,
        BODILESS
    }

    RunnerPush(String runner, Scope scope, PolicyMark applied) {
        this.runner = runner;
        this.scope = scope;
        this.scopeDigest = ScopeDigest.of(scope);
        this.applied = applied;
    }

    String runner() {
        return runner;
    }

    Scope scope() {
        return scope;
    }

    Digest scopeDigest() {
        return scopeDigest;
    }

    /** Whether a tick has to look at it: it has not answered this revision for its scope. */
    boolean behind(long revision) {
        PolicyMark answered = refused.revision() > applied.revision() ? refused : applied;
        return answered.revision() < revision || !answered.scope().equals(scopeDigest);
    }

    boolean inFlight() {
        return sent.isPresent();
    }

    /** How often in a row it was sent again because there was no answer. */
    int unanswered() {
        return unanswered;
    }

    /** It should have this in force; whether that is news. */
    boolean offered(PolicyMark desired) {
        boolean news = !offered.equals(desired);
        offered = desired;
        return news;
    }

    void rescoped(Scope next) {
        scope = next;
        scopeDigest = ScopeDigest.of(next);
    }

    /**
     * Whether to send it now. Another revision waits for the answer to the one under way (so only
     * the latest is sent then); another scope does not, because a job waits for it.
     */
    boolean needs(PolicyMark desired, long nowNanos, long patienceNanos) {
        if (applied.equals(desired) || refused.equals(desired)) {
            return false;
        }
        if (sent.isEmpty()) {
            return true;
        }
        boolean sameScope = sent.get().mark().scope().equals(desired.scope());
        boolean patient = nowNanos - sent.get().atNanos() < patienceNanos;
        return sameScope ? !patient : true;
    }

    /** The node has the body already when the runner has that very policy in force. */
    Form form(PolicyMark desired) {
        return !wantsBody && applied.policy().equals(desired.policy()) ? Form.BODILESS : Form.WHOLE;
    }

    /** A job's next scope does not count: its policy is sent although there is no answer yet. */
    void sent(Sent now) {
        Optional<Sent> before = sent.filter(one -> one.mark().scope().equals(now.mark().scope()));
        unanswered = before.isPresent() ? unanswered + 1 : 0;
        sent = Optional.of(now);
        wantsBody = false;
    }

    void applied(PolicyMark mark) {
        applied = mark;
        unanswered = 0;
        if (sent.isPresent() && sent.get().mark().equals(mark)) {
            sent = Optional.empty();
        }
    }

    /** Returns what was refused; empty when it will be sent again, with its body. */
    Optional<PolicyMark> refused(long revision, Digest policy) {
        unanswered = 0;
        Optional<Sent> answered =
                sent.filter(one ->
                        one.mark().revision() == revision && one.mark().policy().equals(policy));
        if (answered.isEmpty()) {
            return Optional.empty();
        }
        sent = Optional.empty();
        if (answered.get().form() == Form.BODILESS) {
            wantsBody = true;
            return Optional.empty();
        }
        refused = answered.get().mark();
        return Optional.of(refused);
    }
}
