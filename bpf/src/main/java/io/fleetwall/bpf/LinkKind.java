package io.fleetwall.bpf;

/** What a frame of an interface starts with. Numbers are shared with {@code enum fw_link}. */
public enum LinkKind {
    /** An Ethernet header (also loopback). */
    ETHERNET(0),
    /** An IP header: tun, WireGuard, raw tunnels. */
    RAW_L3(1);

    /** ARPHRD_ETHER and ARPHRD_LOOPBACK of linux/if_arp.h. */
    private static final int ARPHRD_ETHER = 1;

    private static final int ARPHRD_LOOPBACK = 772;

    private final byte number;

    LinkKind(int number) {
        this.number = (byte) number;
    }

    byte number() {
        return number;
    }

    static LinkKind ofHardwareType(int arphrd) {
        return arphrd == ARPHRD_ETHER || arphrd == ARPHRD_LOOPBACK ? ETHERNET : RAW_L3;
    }
}
