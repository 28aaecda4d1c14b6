package io.fleetwall.protocol.event;

/**
 * What kind of thing happened. The wire number (below 64) and the name are stable and never reused.
 */
public enum EventKind {
    FLOW_DENIED(1, "flow.denied"),
    FLOW_ALLOWED(2, "flow.allowed"),
    DNS_DENIED(3, "dns.denied"),
    DNS_SUSPICIOUS(4, "dns.suspicious"),
    POLICY_PUBLISHED(5, "policy.published"),
    POLICY_APPLIED(6, "policy.applied"),
    POLICY_REFUSED(7, "policy.refused"),
    POLICY_MISSING(8, "policy.missing"),
    JOB_STARTED(9, "job.started"),
    JOB_FINISHED(10, "job.finished"),
    JOB_UNPROTECTED(11, "job.unprotected"),
    NODE_JOINED(12, "node.joined"),
    NODE_LOST(13, "node.lost"),
    TAMPER_DETACHED(14, "tamper.detached"),
    TAMPER_TABLE(15, "tamper.table"),
    LOSS(16, "loss"),
    TAMPER_UPLINK(17, "tamper.uplink"),
    TAMPER_SOCKET(18, "tamper.socket"),
    ROLLOUT_STARTED(19, "rollout.started"),
    ROLLOUT_FINISHED(20, "rollout.finished"),
    ROLLOUT_STALLED(21, "rollout.stalled"),
    ADMIN_POLICY(22, "admin.policy"),
    ADMIN_TOKEN(23, "admin.token"),
    ADMIN_NODE(24, "admin.node"),
    ADMIN_ENROLMENT(25, "admin.enrolment"),
    ADMIN_MUTE(26, "admin.mute"),
    ADMIN_WEBHOOK(27, "admin.webhook"),
    ADMIN_EVENTS(28, "admin.events"),
    ADMIN_OTHER(29, "admin.other"),
    BASELINE_DEVIATION(30, "baseline.deviation");

    private final int number;
    private final String text;

    EventKind(int number, String text) {
        this.number = number;
        this.text = text;
    }

    /** The number on the wire. */
    public int number() {
        return number;
    }

    /** The name on the event bus, in the API and in webhooks. */
    public String text() {
        return text;
    }

    /** The kind with this number. */
    public static EventKind of(int number) {
        for (EventKind kind : values()) {
            if (kind.number == number) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no event kind has the number " + number);
    }

    /** The kind with this name. */
    public static EventKind of(String text) {
        for (EventKind kind : values()) {
            if (kind.text.equals(text)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no event kind is named " + text);
    }

    @Override
    public String toString() {
        return text;
    }
}
