package io.fleetwall.node.dns;

import io.fleetwall.policy.compiled.CompiledRule;
import io.fleetwall.policy.compiled.HostTable;
import io.fleetwall.policy.document.Fallback;
import io.fleetwall.policy.document.Mode;
import java.util.List;

/**
 * One runner's policy as the DNS proxy needs it: an immutable snapshot, so that no query is judged
 * by a mixture of two policies.
 *
 * @param revision the catalogue's revision, for events
 * @param rules rule id minus one is the index, as in {@code CompiledPolicy}
 */
public record DnsPolicy(
        long revision, Mode mode, Fallback fallback, HostTable hosts, List<CompiledRule> rules) {
    public DnsPolicy {
        rules = List.copyOf(rules);
    }
}
