package io.fleetwall.node.event;

import io.fleetwall.protocol.event.EventKind;
import java.util.Collection;
import java.util.Comparator;

/** What events are given up first when there is no room on disk; in this order. */
enum Rank {
    /** Says what went well. */
    ALLOWED(2),
    /** Mostly followed by denials of the same job, if it means it. */
    NAMES(1),
    /** Denials, and what an agent has to say of policies, jobs, tampering and losses. */
    DENIALS(0);

    private final int number;

    Rank(int number) {
        this.number = number;
    }

    /** Tells the log of this rank from the others of a boot. */
    int number() {
        return number;
    }

    static Rank of(EventKind kind) {
        return switch (kind) {
            case FLOW_ALLOWED -> ALLOWED;
            case DNS_DENIED, DNS_SUSPICIOUS -> NAMES;
            case FLOW_DENIED,
                    POLICY_PUBLISHED,
                    POLICY_APPLIED,
                    POLICY_REFUSED,
                    POLICY_MISSING,
                    JOB_STARTED,
                    JOB_FINISHED,
                    JOB_UNPROTECTED,
                    NODE_JOINED,
                    NODE_LOST,
                    TAMPER_DETACHED,
                    TAMPER_TABLE,
                    TAMPER_UPLINK,
                    TAMPER_SOCKET,
                    ROLLOUT_STARTED,
                    ROLLOUT_FINISHED,
                    ROLLOUT_STALLED,
                    ADMIN_POLICY,
                    ADMIN_TOKEN,
                    ADMIN_NODE,
                    ADMIN_ENROLMENT,
                    ADMIN_MUTE,
                    ADMIN_WEBHOOK,
                    ADMIN_EVENTS,
                    ADMIN_OTHER,
                    BASELINE_DEVIATION,
                    LOSS ->
                    DENIALS;
        };
    }

    /** Of events that go together: as the one that goes last. */
    static Rank of(Collection<EventKind> kinds) {
        return kinds.stream().map(Rank::of).max(Comparator.naturalOrder()).orElse(DENIALS);
    }
}
