package io.fleetwall.policy.packet;

/** Why a frame is no packet that rules can be asked about. */
public enum Flaw {
    TRUNCATED,
    NOT_IP,
    VLAN_DEPTH,
    MALFORMED,
    EXTENSION_CHAIN,
    SOURCE_ROUTE,
    FRAGMENT_TINY
}
