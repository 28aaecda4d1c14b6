package io.fleetwall.bpf;

import java.util.Locale;

/**
 * A network interface of this namespace, as the kernel announces it.
 *
 * @param type what made it, in the kernel's words ({@code veth}, {@code bridge}, {@code tun}, …);
 *     empty for hardware and loopback
 * @param master ifindex of the bridge, bond or VRF it belongs to; 0 for none
 * @param up whether it is up for packets (IFF_UP), with or without a carrier
 */
public record Link(int ifindex, String name, Kind kind, String type, int master, boolean up) {
    /** The kinds that matter to a firewall. */
    public enum Kind {
        LOOPBACK,
        /** A device with Ethernet frames that no software made: a network card, virtual or not. */
        ETHERNET,
        BRIDGE,
        VETH,
        /** tun and tap. */
        TUN,
        WIREGUARD,
        VLAN,
        BOND,
        MACVLAN,
        IPVLAN,
        DUMMY,
        VRF,
        VXLAN,
        GENEVE,
        /** Everything else, tunnels over IP included: {@link Link#type()} says what. */
        OTHER;

        /** IFF_LOOPBACK of linux/if.h, ARPHRD_ETHER of linux/if_arp.h. */
        private static final int LOOPBACK_FLAG = 8;

        private static final int ARPHRD_ETHER = 1;

        static Kind of(String type, int hardware, int flags) {
            if ((flags & LOOPBACK_FLAG) != 0) {
                return LOOPBACK;
            }
            if (type.isEmpty()) {
                return hardware == ARPHRD_ETHER ? ETHERNET : OTHER;
            }
            for (Kind kind : values()) {
                if (kind != ETHERNET && kind.name().toLowerCase(Locale.ROOT).equals(type)) {
                    return kind;
                }
            }
            return OTHER;
        }
    }
}
