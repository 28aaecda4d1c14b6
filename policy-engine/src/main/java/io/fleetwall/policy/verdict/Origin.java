package io.fleetwall.policy.verdict;

import io.fleetwall.policy.document.Network;
import io.fleetwall.policy.packet.Packet;
import io.fleetwall.policy.packet.Transport.Udp;
import java.util.Set;

/**
 * Whether a packet bears an address of its sender.
 *
 * <p>Whoever sends in another's name has the answers go to him, quoting what was asked: a way out
 * that takes no permission but that to a friend.
 */
final class Origin {
    private Origin() {}

    static boolean isGenuine(Packet packet, PlaneState state) {
        if (state.sources().filter(networks -> contain(networks, packet)).isPresent()) {
            return true;
        }
        boolean machine = state.uplink().isPresent();
        if (state.sources().isEmpty() && !machine) {
            return true;
        }
        if (packet.source().isUnspecified()) {
            return packet.transport() instanceof Udp(int from, int to) && Uplink.isDhcp(from, to);
        }
        // No router carries an answer to a link-local address.
        return packet.source().isLinkLocal() || (machine && state.self().contains(packet.source()));
    }

    private static boolean contain(Set<Network> networks, Packet packet) {
        byte[] source = packet.source().bytes();
        return networks.stream().anyMatch(network -> network.contains(source));
    }
}
