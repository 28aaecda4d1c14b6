package io.fleetwall.node.dns;

import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.compiled.CompiledRule;
import io.fleetwall.policy.compiled.HostTable;
import io.fleetwall.policy.compiled.Rules;
import io.fleetwall.policy.document.Fallback;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.document.QueryTypes;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One runner's policy as the DNS proxy needs it: an immutable snapshot, so that no query is judged
 * by a mixture of two policies.
 *
 * @param revision the catalogue's revision, for events
 * @param queryTypes unstated: the node's
 * @param rules rule id minus one is the index, as in {@code CompiledPolicy}
 * @param lineage the same as the policy's before it, when the tables took over every address that
 *     was learned under that one: then nothing needs to be taught again
 */
public record DnsPolicy(
        long revision,
        Mode mode,
        Fallback fallback,
        QueryTypes queryTypes,
        HostTable hosts,
        List<CompiledRule> rules,
        long lineage) {
    private static final AtomicLong LINEAGES = new AtomicLong();

    public DnsPolicy {
        rules = Rules.copyOf(rules);
    }

    /** A policy whose tables hold nothing that was learned before. */
    public DnsPolicy(long revision, CompiledPolicy policy, HostTable hosts) {
        this(revision, policy, hosts, LINEAGES.incrementAndGet());
    }

    /** The face of a policy towards DNS. */
    public DnsPolicy(long revision, CompiledPolicy policy, HostTable hosts, long lineage) {
        this(
                revision,
                policy.mode(),
                policy.fallback(),
                policy.queryTypes(),
                hosts,
                policy.rules(),
                lineage);
    }

    /** The same, with tables that hold all that was learned under another. */
    public DnsPolicy continuing(DnsPolicy before) {
        return of(before.lineage);
    }

    /** The same, with tables that hold not all of it. */
    public DnsPolicy beginning() {
        return of(LINEAGES.incrementAndGet());
    }

    private DnsPolicy of(long another) {
        return new DnsPolicy(revision, mode, fallback, queryTypes, hosts, rules, another);
    }
}
