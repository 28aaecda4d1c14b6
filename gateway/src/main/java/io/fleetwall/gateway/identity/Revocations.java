package io.fleetwall.gateway.identity;

import io.fleetwall.gateway.store.AuditLog;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Transaction;
import io.vertx.core.json.JsonObject;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The nodes that are let in no more. The store has the list; each gateway keeps a copy that event
 * loops may ask, and reads it again each second, so that a revocation holds at every gateway.
 */
public final class Revocations {
    private final Database database;
    private final InstantSource clock;
    private final AuditLog audit;
    private volatile Map<String, String> freshSerials = Map.of();

    /** The list of a store. */
    public Revocations(Database database, InstantSource clock, AuditLog audit) {
        this.database = database;
        this.clock = clock;
        this.audit = audit;
    }

    /**
     * A node to be turned away.
     *
     * @param by who wants it
     */
    public record Order(String node, String by, String reason) {}

    /** Reads the list again. Blocks. */
    public void refresh() {
        freshSerials =
                database.read(transaction ->
                        transaction
                                .list(
                                        "SELECT node, fresh_serial FROM node_revocation",
                                        row ->
                                                Map.entry(
                                                        row.text("node"), row.text("fresh_serial")))
                                .stream()
                                .collect(
                                        Collectors.toUnmodifiableMap(
                                                Map.Entry::getKey, Map.Entry::getValue)));
    }

    /**
     * Turns a node away, whatever certificates it has; false when there is no such node. Blocks.
     */
    public boolean revoke(Order order) {
        boolean known =
                database.write(transaction -> {
                    if (transaction
                            .first(
                                    "SELECT node FROM node WHERE node = ?",
                                    row -> row.text("node"),
                                    order.node())
                            .isEmpty()) {
                        return false;
                    }
                    write(transaction, order);
                    return true;
                });
        refresh();
        return known;
    }

    private void write(Transaction transaction, Order order) {
        transaction.update(
                "INSERT INTO node_revocation (node, revoked_at, revoked_by, reason, fresh_serial)"
                        + " VALUES (?, ?, ?, ?, '') ON CONFLICT (node) DO UPDATE SET"
                        + " revoked_at = excluded.revoked_at, revoked_by = excluded.revoked_by,"
                        + " reason = excluded.reason, fresh_serial = ''",
                order.node(),
                clock.millis(),
                order.by(),
                order.reason());
        audit.record(
                transaction,
                new AuditLog.Act(
                        order.by(),
                        "node.revoke",
                        order.node(),
                        new JsonObject().put("reason", order.reason())));
    }

    /** A node was let in again: of its certificates only this one is good. */
    static void readmit(Transaction transaction, String node, String serial) {
        transaction.update(
                "UPDATE node_revocation SET fresh_serial = ? WHERE node = ?", serial, node);
    }

    /** Whether a node with this certificate is let in, by the list as it is in the store now. */
    static boolean admits(Transaction transaction, String node, String serial) {
        return transaction
                .first(
                        "SELECT fresh_serial FROM node_revocation WHERE node = ?",
                        row -> row.text("fresh_serial"),
                        node)
                .filter(fresh -> !fresh.equals(serial))
                .isEmpty();
    }

    /** Whether a certificate is good no more although it has not expired. */
    public boolean revoked(X509Certificate certificate) {
        Map<String, String> listed = freshSerials;
        // Asked for every node each few seconds, and reading a certificate's name is not free.
        if (listed.isEmpty()) {
            return false;
        }
        return NodeIdentity.of(certificate)
                .flatMap(node -> Optional.ofNullable(listed.get(node)))
                .filter(fresh -> !fresh.equals(certificate.getSerialNumber().toString(16)))
                .isPresent();
    }
}
