package io.fleetwall.node.enforce;

import io.fleetwall.bpf.Link;
import io.fleetwall.bpf.LinkEvent;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The machine's interfaces, as the kernel announced them last. Thread-safe. */
final class LinkBook {
    private final Map<Integer, Link> links = new ConcurrentHashMap<>();

    /** Writes down what was announced. */
    void note(LinkEvent event) {
        switch (event) {
            case LinkEvent.Present(Link link) -> links.put(link.ifindex(), link);
            case LinkEvent.Gone(Link link) -> links.remove(link.ifindex());
            case LinkEvent.AddressAdded _, LinkEvent.AddressRemoved _ -> {}
        }
    }

    /** Everything is announced anew. */
    void clear() {
        links.clear();
    }

    /** The name an interface had last. */
    Optional<String> name(int ifindex) {
        return Optional.ofNullable(links.get(ifindex)).map(Link::name);
    }

    /** Whether an interface is a port of a bridge: its packets are not routed then. */
    boolean isBridged(int ifindex) {
        Link link = links.get(ifindex);
        Link master = link == null ? null : links.get(link.master());
        return master != null && master.kind() == Link.Kind.BRIDGE;
    }

    /**
     * Interfaces over which packets may leave the machine and which are not among the declared
     * ones, nor below one of those as the port of a bridge or bond.
     */
    List<Link> uplinksBeside(Collection<String> declared) {
        Set<Integer> covered =
                links.values().stream()
                        .filter(link -> declared.contains(link.name()))
                        .map(Link::ifindex)
                        .collect(Collectors.toSet());
        return links.values().stream()
                .filter(link -> leadsOut(link.kind()))
                .filter(link -> !covered.contains(link.ifindex()))
                .filter(link -> !covered.contains(link.master()))
                .sorted(Comparator.comparingInt(Link::ifindex))
                .toList();
    }

    /**
     * What crosses a bridge or a VRF leaves by another interface, what enters a veth stays here.
     */
    private static boolean leadsOut(Link.Kind kind) {
        return switch (kind) {
            case LOOPBACK, BRIDGE, VETH, DUMMY, VRF -> false;
            case ETHERNET, TUN, WIREGUARD, VLAN, BOND, MACVLAN, IPVLAN, VXLAN, GENEVE, OTHER ->
                    true;
        };
    }
}
