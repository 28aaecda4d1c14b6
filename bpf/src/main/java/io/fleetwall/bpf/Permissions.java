package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.fleetwall.policy.document.Network;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What packets pass by without the policy being asked: the agent's own sockets, own addresses,
 * declared sources, ports that may be called. Kept as the agent left them.
 */
public final class Permissions {
    private final DataPlane plane;

    /** By name. */
    private final Map<String, KeptMap> maps = new LinkedHashMap<>();

    private final KeptMap agent;

    private final SelfAddresses self;
    private final Sources sources;
    private final InboundPorts inbound;

    Permissions(DataPlane plane, Installation installation) {
        this.plane = plane;
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

    /**
     * Tells the program the interface's own addresses, where the DNS proxy listens. Over an uplink
     * only these, {@link #sources} and link-local ones may send: without them a machine is silent
     * but for ARP, DHCP and the agent, and each denial says {@code SOURCE_SPOOFED}.
     */
    public void selfAddresses(int ifindex, Set<InetAddress> addresses) {
        synchronized (plane) {
            plane.attachment(ifindex);
            self.replace(ifindex, addresses);
        }
    }

    /**
     * Says which networks may send over an interface: those of a container's link, or those that an
     * uplink forwards for without translation. None, as at first: a container may send in any name,
     * an uplink in its own.
     */
    public void sources(int ifindex, Set<Network> networks) {
        synchronized (plane) {
            plane.attachment(ifindex);
            sources.replace(ifindex, networks);
        }
    }

    /**
     * Lists the ports that may be called over an uplink; their answers pass, whatever the policy.
     * None at first. A port that is listed no more is silent at once.
     *
     * @throws IllegalArgumentException for the host side of a container's link: who is contained
     *     answers by rule only
     */
    public void inbound(int ifindex, Set<InboundPort> ports) {
        synchronized (plane) {
            Direction direction = plane.attachment(ifindex).direction();
            if (direction != Direction.EGRESS && !ports.isEmpty()) {
                throw new IllegalArgumentException("interface " + ifindex + " is no uplink");
            }
            inbound.replace(ifindex, ports);
        }
    }

    /** The ports that may be called over an uplink, adopted ones included. */
    public Set<InboundPort> inbound(int ifindex) {
        synchronized (plane) {
            plane.attachment(ifindex);
            return inbound.of(ifindex);
        }
    }

    /**
     * Says which control group's sockets are the agent's own: on uplinks they send where they want.
     * Stays when the agent dies; its sockets do not.
     *
     * @param controlGroup its id in the unified hierarchy, the inode number of its directory; 0 for
     *     none. Never the root group: kernel sockets belong to it.
     */
    public void agent(long controlGroup) {
        synchronized (plane) {
            plane.requireOpen();
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment group = arena.allocateFrom(JAVA_LONG, controlGroup);
                agent.put(arena.allocateFrom(JAVA_INT, 0), group);
            }
        }
    }

    /**
     * Compares all of it with what was said here, and makes it so again.
     *
     * @return what somebody else had changed, in words by map; empty is as it should be
     */
    public List<String> restore() {
        synchronized (plane) {
            plane.requireOpen();
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

    /** Takes back what was said of an interface that is judged no more. */
    void forget(int ifindex) {
        self.replace(ifindex, Set.of());
        sources.replace(ifindex, Set.of());
        inbound.replace(ifindex, Set.of());
    }
}
