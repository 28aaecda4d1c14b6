package io.fleetwall.policy.document;

/**
 * The upper two bits of an 18-bit {@linkplain PortRange port key}: which kind of number the lower
 * sixteen are. Shared with {@code bpf/src/main/c}.
 */
public enum PortClass {
    /** TCP destination port. */
    TCP,
    /** UDP destination port. */
    UDP,
    /** ICMP or ICMPv6 echo request; the number is 0. */
    ICMP_ECHO,
    /** Any other IP protocol; the number is the protocol's (IANA). Only a deny names these. */
    OTHER;

    /** The key of {@code number} in this class, 0 to 0x3ffff. */
    public int key(int number) {
        return ordinal() << 16 | number;
    }
}
