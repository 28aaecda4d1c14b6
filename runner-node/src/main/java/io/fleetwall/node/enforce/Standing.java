package io.fleetwall.node.enforce;

import io.fleetwall.node.dns.DnsPolicy;
import io.fleetwall.policy.compiled.CanonicalForm;
import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.compiled.HostTable;
import io.fleetwall.policy.document.Fallback;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.document.OnDeny;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.SignedPolicy;
import java.util.List;

/**
 * A policy as one runner has it in force: the signed statement's numbers, the policy, its table set
 * and its face towards DNS. Immutable; identity tells one application from the next.
 *
 * @param revision 0 for the built-in deny-all
 * @param scope digest of the scope it was chosen for; NONE for the built-in deny-all
 * @param digest as signed; NONE for the built-in deny-all
 */
record Standing(
        long revision,
        Digest scope,
        Digest digest,
        CompiledPolicy policy,
        TableSets.Shared tables,
        DnsPolicy dns) {
    private static final CompiledPolicy DENY_ALL =
            new CompiledPolicy(
                    Mode.ENFORCE,
                    Fallback.DENY,
                    OnDeny.REJECT,
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of());

    /** What is in force without the fleet's word: nothing passes, and builds fail at once. */
    static Standing denyAll(TableSets sets) {
        Digest tables = Digest.of(CanonicalForm.bytes(DENY_ALL));
        return new Standing(
                0,
                Digest.NONE,
                Digest.NONE,
                DENY_ALL,
                sets.acquire(DENY_ALL, 0, tables),
                new DnsPolicy(0, DENY_ALL, HostTable.of(DENY_ALL)));
    }

    /** A checked policy with its tables; of names that are the same there is one table. */
    Standing followed(SignedPolicy signed, CompiledPolicy policy, TableSets sets) {
        TableSets.Shared acquired = sets.acquire(policy, signed.revision(), signed.policy());
        HostTable hosts = HostTable.of(policy, dns.hosts());
        acquired.learned().reconsider(hosts);
        return new Standing(
                signed.revision(),
                signed.scope(),
                signed.policy(),
                policy,
                acquired,
                new DnsPolicy(signed.revision(), policy, hosts));
    }

    /** The same tables, told again by a later revision or for another scope. */
    Standing restated(SignedPolicy signed) {
        return new Standing(
                signed.revision(),
                signed.scope(),
                digest,
                policy,
                tables,
                new DnsPolicy(signed.revision(), policy, dns.hosts(), dns.lineage()));
    }

    /** The same, when its tables have all that was learned before. */
    Standing continuing(Standing before) {
        return with(dns.continuing(before.dns));
    }

    /** The same, when they have not: names that are asked again are taught again. */
    Standing beginning() {
        return with(dns.beginning());
    }

    private Standing with(DnsPolicy face) {
        return new Standing(revision, scope, digest, policy, tables, face);
    }

    /** The same policy in tables that nobody else has touched. */
    Standing rebuilt(TableSets sets) {
        return new Standing(
                revision, scope, digest, policy, sets.again(tables, policy, revision), dns);
    }
}
