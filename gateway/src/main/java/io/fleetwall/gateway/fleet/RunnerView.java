package io.fleetwall.gateway.fleet;

import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.RunnerReport;
import io.fleetwall.protocol.signature.ScopeDigest;
import java.time.Instant;

/**
 * What the gateway knows of a runner. Immutable; every message of its node makes a new one.
 *
 * @param desired what it should have in force; {@link PolicyMark#NONE} before the first revision
 */
public record RunnerView(
        RunnerKey key,
        String interfaceName,
        Scope scope,
        PolicyMark desired,
        Acknowledged applied,
        Refusal refusal,
        Contact contact) {

    /**
     * What a runner says it has in force.
     *
     * @param at when it said so
     * @param micros from receipt to the kernel; 0 when it only restated it
     */
    public record Acknowledged(PolicyMark mark, Instant at, long micros) {}

    /** What it could not or would not apply, and why; no mark when there is nothing. */
    public record Refusal(PolicyMark mark, String problem) {
        /** Nothing was refused. */
        public static final Refusal NONE = new Refusal(PolicyMark.NONE, "");
    }

    /** Whether its node is connected, and when it last spoke. */
    public record Contact(Presence presence, Instant lastSeen) {}

    /** Whether a node is connected. */
    public enum Presence {
        HERE,
        LOST
    }

    /** One word for people. */
    public enum State {
        IN_FORCE("in-force"),
        PENDING("pending"),
        REFUSED("refused"),
        LOST("lost");

        private final String text;

        State(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** Whether its node is there and it has not what it should have. */
    public boolean isBehind() {
        return state() == State.PENDING || state() == State.REFUSED;
    }

    /** How it stands towards what is desired. */
    public State state() {
        if (contact.presence() == Presence.LOST) {
            return State.LOST;
        }
        if (desired.equals(applied.mark())) {
            return State.IN_FORCE;
        }
        return refusal.mark().equals(desired) ? State.REFUSED : State.PENDING;
    }

    /**
     * What is in force may have been chosen for an earlier scope. Its revision and digest say
     * whether it is what the present scope should have; the scope itself need not be compared.
     */
    static RunnerView restated(RunnerKey key, RunnerReport report, Instant now) {
        PolicyMark applied =
                report.revision() == 0
                        ? PolicyMark.NONE
                        : new PolicyMark(
                                report.revision(), ScopeDigest.of(report.scope()), report.policy());
        return new RunnerView(
                key,
                report.interfaceName(),
                report.scope(),
                PolicyMark.NONE,
                new Acknowledged(applied, now, 0),
                Refusal.NONE,
                new Contact(Presence.HERE, now));
    }

    RunnerView withContact(Contact next) {
        return new RunnerView(key, interfaceName, scope, desired, applied, refusal, next);
    }

    RunnerView withScope(Scope next) {
        return new RunnerView(key, interfaceName, next, desired, applied, refusal, contact);
    }

    RunnerView withDesired(PolicyMark next) {
        return new RunnerView(key, interfaceName, scope, next, applied, refusal, contact);
    }

    RunnerView withApplied(Acknowledged next, Contact said) {
        return new RunnerView(key, interfaceName, scope, desired, next, Refusal.NONE, said);
    }

    RunnerView withRefusal(Refusal next) {
        return new RunnerView(key, interfaceName, scope, desired, applied, next, contact);
    }
}
