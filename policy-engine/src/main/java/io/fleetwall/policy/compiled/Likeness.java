package io.fleetwall.policy.compiled;

import java.util.List;

/**
 * Another policy beside the one that is read: for each part that stands in both, the other's
 * object.
 *
 * <p>Both are gone through in their order, so that finding costs a comparison. What is not found is
 * another object and nothing worse.
 */
final class Likeness {
    private final CompiledPolicy other;
    private int programs;
    private int hosts;

    Likeness(CompiledPolicy other) {
        this.other = other;
    }

    /** The other's rules, when they say the same. */
    List<CompiledRule> rules(Rules rules) {
        return rules.or(other.rules());
    }

    PortProgram program(PortProgram program) {
        List<PortProgram> all = other.programs();
        int i = programs++;
        return i < all.size() ? program.or(all.get(i)) : program;
    }

    /** The base name that the next host likely has. */
    String hostBase() {
        return hosts < other.hosts().size() ? other.hosts().get(hosts).pattern().base() : "";
    }

    HostEntry host(HostEntry host) {
        List<HostEntry> all = other.hosts();
        while (hosts < all.size() && FormReader.order(all.get(hosts), host) < 0) {
            hosts++;
        }
        if (hosts == all.size() || !all.get(hosts).pattern().equals(host.pattern())) {
            return host;
        }
        HostEntry known = all.get(hosts++);
        return known.equals(host) ? known : new HostEntry(known.pattern(), host.program());
    }
}
