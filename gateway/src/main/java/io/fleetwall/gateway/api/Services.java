package io.fleetwall.gateway.api;

import io.fleetwall.gateway.baseline.Baselines;
import io.fleetwall.gateway.catalogue.Approvals;
import io.fleetwall.gateway.catalogue.Policies;
import io.fleetwall.gateway.cluster.ClusterMember;
import io.fleetwall.gateway.event.EventLog;
import io.fleetwall.gateway.event.EventSearch;
import io.fleetwall.gateway.fleet.Fleet;
import io.fleetwall.gateway.fleet.Rollouts;
import io.fleetwall.gateway.identity.Doorkeeper;
import io.fleetwall.gateway.identity.Revocations;
import io.fleetwall.gateway.identity.SigningKeys;
import io.fleetwall.gateway.identity.Tokens;
import io.fleetwall.gateway.metric.Metrics;
import io.fleetwall.gateway.sink.DeadLetters;
import io.fleetwall.gateway.sink.MutePreview;
import io.fleetwall.gateway.sink.Mutes;
import io.fleetwall.gateway.sink.Outbox;
import io.fleetwall.gateway.store.AuditLog;
import io.fleetwall.gateway.store.Database;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What the API gives access to.
 *
 * @param source whether the policies can be read where they come from
 */
public record Services(
        Database database,
        ClusterMember member,
        Access access,
        Policies policies,
        Approvals approvals,
        BooleanSupplier source,
        FleetServices fleet,
        EventServices events,
        Identity identity) {

    /** Who may come in, and how many were turned away. */
    public record Access(Tokens tokens, Doorkeeper doorkeeper, Metrics metrics) {
        Gate gate(Optional<Allowance> allowance) {
            return new Gate(doorkeeper, metrics, allowance);
        }
    }

    Tokens tokens() {
        return access.tokens();
    }

    /** The runners, and how revisions reach them. */
    public record FleetServices(Fleet fleet, Rollouts rollouts) {}

    /** Events, what is learned from them, and what became of their alerts. */
    public record EventServices(
            EventLog log, EventSearch search, Baselines baselines, Alerts alerts) {}

    /** What becomes of alerts. */
    public record Alerts(Outbox outbox, DeadLetters letters, Mutes mutes, MutePreview preview) {}

    /**
     * What a node has to know before it trusts the fleet.
     *
     * @param authority CA certificate, PEM
     * @param fingerprint SHA-256 of that certificate, hex
     */
    public record Identity(
            String authority,
            String fingerprint,
            SigningKeys signing,
            AuditLog audit,
            Revocations revocations) {}
}
