package io.fleetwall.gateway.store;

import io.vertx.core.json.JsonObject;
import java.time.InstantSource;

/**
 * The trail of administrative acts. Written in the transaction of the act itself, so that there is
 * neither an act without its line nor a line without its act.
 */
public final class AuditLog {
    private final InstantSource clock;

    /** A trail whose times come from a clock. */
    public AuditLog(InstantSource clock) {
        this.clock = clock;
    }

    /** Adds a line. */
    public void record(Transaction transaction, Act act) {
        transaction.update(
                "INSERT INTO admin_audit (at, actor, act, subject, detail) VALUES (?, ?, ?, ?, ?)",
                clock.millis(),
                act.actor(),
                act.name(),
                act.subject(),
                act.detail().encode());
    }

    /**
     * One administrative act.
     *
     * @param actor who did it: a token id, or a part of the gateway
     * @param name what was done, for example {@code policy.publish}
     * @param subject to what
     */
    public record Act(String actor, String name, String subject, JsonObject detail) {}
}
