package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What packets pass by without the policy being asked: the agent's own sockets, own addresses,
 * declared sources, ports that may be called. Kept as the agent left them.
 */
final class Permissions {
    /** By name. */
    private final Map<String, KeptMap> maps = new LinkedHashMap<>();

    private final KeptMap agent;

    final SelfAddresses self;
    final Sources sources;
    final InboundPorts inbound;

    Permissions(Installation installation) {
        agent = new KeptMap(installation.map("agent"), JAVA_INT, JAVA_LONG);
        maps.put("agent", agent);
        KeptMap addresses = new KeptMap(installation.map("self"), Layouts.SELF_KEY, JAVA_BYTE);
        KeptMap networks = new KeptMap(installation.map("sources"), Layouts.SOURCE_KEY, JAVA_BYTE);
        KeptMap ports =
                new KeptMap(installation.map("inbound_ports"), Layouts.INBOUND_PORT, JAVA_BYTE);
        maps.put("self", addresses);
        maps.put("sources", networks);
        maps.put("inbound_ports", ports);
        self = new SelfAddresses(addresses);
        sources = new Sources(networks);
        inbound = new InboundPorts(ports);
    }

    /** Whose sockets no policy binds: a control group, 0 for none. */
    void agent(long controlGroup) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment group = arena.allocateFrom(JAVA_LONG, controlGroup);
            agent.put(arena.allocateFrom(JAVA_INT, 0), group);
        }
    }

    /** Undoes what somebody else changed; in words, by map. */
    List<String> restore() {
        List<String> changed = new ArrayList<>();
        maps.forEach((name, map) -> {
            int entries = map.restore();
            if (entries > 0) {
                changed.add(entries + " of the map " + name);
            }
        });
        return changed;
    }
}
