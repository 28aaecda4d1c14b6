package io.fleetwall.policy.document;

/**
 * The upper two bits of an 18-bit {@linkplain PortRange port key}: which kind of number the lower
 * sixteen are. Shared with {@code bpf/src/main/c}.
 */
public enum PortClass {
    /** TCP destination port. */
    TCP(0),
    /** UDP destination port. */
    UDP(1),
    /** ICMP or ICMPv6 echo request; the number is 0. */
    ICMP_ECHO(2),
    /** Any other IP protocol; the number is the protocol's (IANA). Only a deny names these. */
    OTHER(3);

    private final int bits;

    PortClass(int bits) {
        this.bits = bits;
    }

    /** The key of {@code number} in this class, 0 to 0x3ffff. */
    public int key(int number) {
        return bits << 16 | number;
    }
}
