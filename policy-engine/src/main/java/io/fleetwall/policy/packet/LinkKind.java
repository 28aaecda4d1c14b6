package io.fleetwall.policy.packet;

/** What a frame starts with. */
public enum LinkKind {
    /** An Ethernet header. */
    ETHERNET,
    /** The IP header: tun, WireGuard, ipip. */
    RAW
}
