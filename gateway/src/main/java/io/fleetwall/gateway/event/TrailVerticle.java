package io.fleetwall.gateway.event;

import io.fleetwall.gateway.store.AuditLog;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Transaction;
import io.fleetwall.protocol.event.EventKind;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes an event of every line in the trail of administrative acts, so that sinks hear of them too.
 *
 * <p>It follows the trail instead of being called with each act: an act written in its own
 * transaction is in the trail for certain, and the place in the trail moves in the transaction that
 * stores the event. So each is told once, by one of all gateways. Runs on a virtual thread.
 */
public final class TrailVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(TrailVerticle.class);
    private static final long TICK_MILLIS = 250;
    private static final int AT_ONCE = 200;
    private final Database database;
    private final OwnEvents events;

    /** Follows the trail of a store. */
    public TrailVerticle(Database database, OwnEvents events) {
        this.database = database;
        this.events = events;
    }

    @Override
    public Future<?> start() {
        begin();
        vertx.setPeriodic(TICK_MILLIS, timer -> tick());
        return Future.succeededFuture();
    }

    /** A store from a backup of before this was told begins with what happens from now on. */
    private void begin() {
        database.write(transaction ->
                transaction.update(
                        "INSERT INTO told_head (id, entry) SELECT 1, entry FROM audit_head"
                                + " WHERE id = 1 ON CONFLICT (id) DO NOTHING"));
    }

    private void tick() {
        try {
            while (database.read(TrailVerticle::behind)) {
                events.announce(database.write(this::tell));
            }
        } catch (RuntimeException failed) {
            LOG.atError().setCause(failed).log("administrative acts not told; trying again");
        }
    }

    private static boolean behind(Transaction transaction) {
        return transaction
                .first(
                        "SELECT t.entry AS told, h.entry AS head FROM told_head t, audit_head h"
                                + " WHERE t.id = 1 AND h.id = 1",
                        row -> row.number("told") < row.number("head"))
                .orElse(false);
    }

    private List<StoredEvent> tell(Transaction transaction) {
        long told =
                transaction
                        .first(
                                "SELECT entry FROM told_head WHERE id = 1",
                                row -> row.number("entry"))
                        .orElseThrow();
        List<AuditLog.Written> lines = AuditLog.after(transaction, told, AT_ONCE);
        if (lines.isEmpty()) {
            return List.of();
        }
        transaction.update("UPDATE told_head SET entry = ? WHERE id = 1", lines.getLast().entry());
        return events.append(transaction, lines.stream().map(line -> fact(line.act())).toList());
    }

    private static OwnEvents.Fact fact(AuditLog.Act act) {
        String node = act.name().startsWith("node.") ? act.subject() : "";
        return new OwnEvents.Fact(
                kind(act.name()), node, "", act.actor() + ": " + act.name() + " " + act.subject());
    }

    /** By the first word of the act's name. */
    private static EventKind kind(String act) {
        int dot = act.indexOf('.');
        return switch (dot < 0 ? act : act.substring(0, dot)) {
            case "policy" -> EventKind.ADMIN_POLICY;
            case "token" -> EventKind.ADMIN_TOKEN;
            case "node" -> EventKind.ADMIN_NODE;
            case "enrolment" -> EventKind.ADMIN_ENROLMENT;
            case "mute" -> EventKind.ADMIN_MUTE;
            case "webhook", "delivery" -> EventKind.ADMIN_WEBHOOK;
            case "retention", "events" -> EventKind.ADMIN_EVENTS;
            default -> EventKind.ADMIN_OTHER;
        };
    }
}
