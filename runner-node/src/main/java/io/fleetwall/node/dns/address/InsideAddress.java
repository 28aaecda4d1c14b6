package io.fleetwall.node.dns.address;

import java.util.List;

/**
 * Which addresses no resolver outside should ever give for a name: answers that point inside are
 * how rebinding reaches a metadata service or a neighbour.
 */
public final class InsideAddress {
    private InsideAddress() {}

    /**
     * Whether a canonical address is private, loopback, link-local, a cloud's metadata service,
     * multicast, or otherwise not of the public internet (IANA special-purpose registries).
     */
    public static boolean holds(byte[] address) {
        boolean ipv4 =
                CanonicalAddress.zero(address, 0, 10)
                        && address[10] == (byte) 0xff
                        && address[11] == (byte) 0xff;
        return ipv4 ? ipv4(CanonicalAddress.word(address, 12)) : ipv6(address);
    }

    /** Whether one of several does. */
    public static boolean holdsAny(List<byte[]> addresses) {
        for (byte[] address : addresses) {
            if (holds(address)) {
                return true;
            }
        }
        return false;
    }

    private static boolean ipv4(int a) {
        return within(a, 0x00000000, 8)
                || within(a, 0x0a000000, 8)
                || within(a, 0x64400000, 10)
                || within(a, 0x7f000000, 8)
                || within(a, 0xa9fe0000, 16)
                || within(a, 0xac100000, 12)
                || within(a, 0xc0000000, 24)
                || within(a, 0xc0a80000, 16)
                // Azure's wire server, 168.63.129.16: metadata at a public address
                || a == 0xa83f8110
                || within(a, 0xe0000000, 3);
    }

    private static boolean ipv6(byte[] address) {
        int first = CanonicalAddress.word(address, 0);
        return (CanonicalAddress.zero(address, 0, 15) && (address[15] & 0xff) <= 1)
                || within(first, 0xfc000000, 7)
                || within(first, 0xfe800000, 9)
                || within(first, 0xff000000, 8)
                // the local NAT64 prefix, 64:ff9b:1::/48 (RFC 8215)
                || first == 0x0064ff9b;
    }

    private static boolean within(int address, int prefix, int length) {
        return (address ^ prefix) >>> (32 - length) == 0;
    }
}
