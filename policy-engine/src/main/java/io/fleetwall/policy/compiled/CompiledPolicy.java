package io.fleetwall.policy.compiled;

import io.fleetwall.policy.document.Fallback;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.document.OnDeny;
import io.fleetwall.policy.document.QueryTypes;
import java.util.List;

/**
 * An effective policy flattened into the tables of one table set; what a gateway signs and a node
 * enforces. Equal policies have equal canonical bytes and so equal digests.
 *
 * @param rules rule id minus one is the index
 * @param programs port programs, each once
 * @param networks sorted by (address, length), each prefix once
 * @param hosts sorted by (base, depth), each pattern once
 */
public record CompiledPolicy(
        Mode mode,
        Fallback fallback,
        OnDeny onDeny,
        QueryTypes queryTypes,
        List<CompiledRule> rules,
        List<PortProgram> programs,
        List<NetworkEntry> networks,
        List<HostEntry> hosts) {
    public CompiledPolicy {
        rules = Rules.copyOf(rules);
        programs = List.copyOf(programs);
        networks = List.copyOf(networks);
        hosts = List.copyOf(hosts);
    }

    /** A policy that leaves the types of queries to the node. */
    public CompiledPolicy(
            Mode mode,
            Fallback fallback,
            OnDeny onDeny,
            List<CompiledRule> rules,
            List<PortProgram> programs,
            List<NetworkEntry> networks,
            List<HostEntry> hosts) {
        this(mode, fallback, onDeny, QueryTypes.UNSTATED, rules, programs, networks, hosts);
    }
}
