package io.fleetwall.node.enforce;

import io.fleetwall.bpf.DataPlane;
import io.fleetwall.node.config.NodeConfig;
import io.fleetwall.node.config.NodeConfig.Direction;
import io.fleetwall.policy.document.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the kernel who one runner's interface is, and who may send over it. Used by its runner's
 * verticle only.
 *
 * <p>From a container those may send to whom the machine would answer there (RFC 3704): the
 * networks it has addresses in, and those it routes to the interface. What was known once stays in
 * force until something else is known: a flushed address must not let a container send in any name.
 */
final class SlotAddresses {
    private static final Logger LOG = LoggerFactory.getLogger(SlotAddresses.class);

    private static final Network LINK_LOCAL =
            Network.of(InetAddress.ofLiteral("fe80::").getAddress(), 10);

    /** So many looks an interface may be without any network: it is there before its addresses. */
    private static final int PATIENCE = 3;

    private final NodeConfig.Runner config;
    private final DataPlane plane;
    private Set<InetAddress> own = Set.of();
    private Set<Network> sources = Set.of();
    private int unknown;

    SlotAddresses(NodeConfig.Runner config, DataPlane plane) {
        this.config = config;
        this.plane = plane;
    }

    /** The interface is another one: nothing is known of it. */
    void forget() {
        own = Set.of();
        sources = Set.of();
        unknown = 0;
    }

    /** Tells what is different from what was told. */
    void refresh(int ifindex) {
        try {
            NetworkInterface found = NetworkInterface.getByName(config.interfaceName());
            if (found == null) {
                return;
            }
            refreshOwn(ifindex, found);
            refreshSources(ifindex, found.getInterfaceAddresses());
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("interface", config.interfaceName())
                    .setCause(e)
                    .log("the addresses of an interface cannot be read");
        }
    }

    private void refreshOwn(int ifindex, NetworkInterface found) {
        Set<InetAddress> now = found.inetAddresses().collect(Collectors.toUnmodifiableSet());
        if (!now.equals(own)) {
            plane.permissions().selfAddresses(ifindex, now);
            own = now;
        }
    }

    private void refreshSources(int ifindex, List<InterfaceAddress> addresses) throws IOException {
        Set<Network> now = sourcesNow(addresses);
        if (now.isEmpty()) {
            unknown++;
            if (unknown == PATIENCE
                    && sources.isEmpty()
                    && config.direction() == Direction.INGRESS) {
                LOG.atWarn()
                        .addKeyValue("runner", config.name())
                        .addKeyValue("interface", config.interfaceName())
                        .log(
                                "no network is routed to the interface: its runner may send in any"
                                        + " name, until runners[].sources says more");
            }
            return;
        }
        unknown = 0;
        if (!now.equals(sources)) {
            plane.permissions().sources(ifindex, now);
            sources = now;
            LOG.atInfo()
                    .addKeyValue("runner", config.name())
                    .addKeyValue("sources", now)
                    .log("networks that may send");
        }
    }

    private Set<Network> sourcesNow(List<InterfaceAddress> addresses) throws IOException {
        if (!config.sources().isEmpty()) {
            return config.sources();
        }
        return switch (config.direction()) {
            case EGRESS -> Set.of();
            case INGRESS -> {
                Set<Network> networks = new HashSet<>(Routes.towards(config.interfaceName()));
                for (InterfaceAddress address : addresses) {
                    byte[] bytes = address.getAddress().getAddress();
                    int length = address.getNetworkPrefixLength();
                    // The machine's own address alone is nobody's who is behind the interface.
                    if (length > 0 && length < 8 * bytes.length) {
                        networks.add(Network.of(bytes, length));
                    }
                }
                // Every interface has these, and the kernel part lets them be: they say nothing.
                networks.removeIf(network -> LINK_LOCAL.contains(network.address()));
                yield networks;
            }
        };
    }
}
