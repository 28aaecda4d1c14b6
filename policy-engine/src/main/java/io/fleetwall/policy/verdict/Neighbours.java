package io.fleetwall.policy.verdict;

import io.fleetwall.policy.packet.Address;
import io.fleetwall.policy.packet.Packet;
import io.fleetwall.policy.packet.Transport.Icmp;
import io.fleetwall.policy.packet.Transport.Icmp.Version;

/** The ICMP types that keep a link alive, ask, or complain. */
final class Neighbours {
    private static final int HOP_LIMIT_DISCOVERY = 255; // RFC 4861: proves it was not forwarded.
    private static final int HOP_LIMIT_LISTENER = 1; // RFC 2710, RFC 3810.

    /** Every option Linux sends fits several times over; a longer one carries something else. */
    private static final int ROOM_NEIGHBOUR = 128;

    /** A list of groups, in the least packet every IPv6 link takes. */
    private static final int ROOM_GROUPS = 1280;

    private static final int GROUPS = 143;
    private static final int ADVERTISEMENT = 136;

    private Neighbours() {}

    /** Neighbour discovery and listener reports, on this link only. */
    static boolean isLinkUpkeep(Packet packet, PlaneState state) {
        if (!(packet.transport() instanceof Icmp icmp) || icmp.version() == Version.V4) {
            return false;
        }
        boolean whole = packet.fragment().isEmpty(); // RFC 6980
        if (!whole || packet.room() > (icmp.type() == GROUPS ? ROOM_GROUPS : ROOM_NEIGHBOUR)) {
            return false;
        }
        if (!packet.source().isUnspecified() && !Origin.isGenuine(packet, state)) {
            return false;
        }
        Address to = packet.destination();
        return switch (icmp.type()) {
            case 133, 135, ADVERTISEMENT ->
                    packet.hopLimit() == HOP_LIMIT_DISCOVERY
                            && (to.isLinkMulticast()
                                    || to.isLinkLocal()
                                    || state.self().contains(to)
                                    || (icmp.type() == ADVERTISEMENT && hasAsked(to, state)));
            case 131, 132, GROUPS ->
                    packet.hopLimit() == HOP_LIMIT_LISTENER && to.isLinkMulticast();
            default -> false;
        };
    }

    private static boolean hasAsked(Address neighbour, PlaneState state) {
        return state.uplink().filter(uplink -> uplink.hasAsked(neighbour.canonical())).isPresent();
    }

    static boolean isEchoRequest(Icmp icmp) {
        return icmp.type() == (icmp.version() == Version.V4 ? 8 : 128);
    }

    /** Errors a host sends about packets it got. */
    static boolean isHostError(Icmp icmp) {
        return switch (icmp.version()) {
            case V4 -> icmp.type() == 3 || icmp.type() == 11 || icmp.type() == 12;
            case V6 -> icmp.type() >= 1 && icmp.type() <= 4;
        };
    }

    /** Everything that counts as an error, which is never answered. */
    static boolean isError(Icmp icmp) {
        return switch (icmp.version()) {
            case V4 -> isHostError(icmp) || icmp.type() == 4 || icmp.type() == 5;
            case V6 -> icmp.type() < 128;
        };
    }
}
