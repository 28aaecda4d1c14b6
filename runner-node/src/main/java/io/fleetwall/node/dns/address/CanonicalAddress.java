package io.fleetwall.node.dns.address;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * The one form in which an address is judged: 16 bytes, every IPv4 address as {@code
 * ::ffff:a.b.c.d}, also one that travels inside an IPv6 address.
 *
 * <p>The same list as the data plane's (mapped, NAT64, 6to4, Teredo, IPv4-compatible): an address
 * learned in another form than the kernel looks it up would never be found.
 */
public final class CanonicalAddress {
    /** Bytes of an address, always. */
    public static final int BYTES = 16;

    private CanonicalAddress() {}

    /** The canonical form of 4 or 16 bytes at {@code offset}. */
    public static byte[] of(byte[] from, int offset, int length) {
        if (length == 4) {
            return mapped(from[offset], from[offset + 1], from[offset + 2], from[offset + 3]);
        }
        byte[] address = Arrays.copyOfRange(from, offset, offset + BYTES);
        int first = word(address, 0);
        if (first == 0x0064ff9b && zero(address, 4, 12)) {
            return mapped(address[12], address[13], address[14], address[15]);
        }
        if (first >>> 16 == 0x2002) {
            return mapped(address[2], address[3], address[4], address[5]);
        }
        if (first == 0x20010000) {
            int client = ~word(address, 12);
            return mapped(
                    (byte) (client >> 24),
                    (byte) (client >> 16),
                    (byte) (client >> 8),
                    (byte) client);
        }
        int last = word(address, 12);
        boolean compatible = zero(address, 0, 12) && last != 0 && last != 1;
        return compatible ? mapped(address[12], address[13], address[14], address[15]) : address;
    }

    /** People's form of a canonical address. */
    public static String text(byte[] address) {
        try {
            return InetAddress.getByAddress(address).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("address of " + address.length + " bytes", e);
        }
    }

    static boolean zero(byte[] address, int from, int to) {
        for (int i = from; i < to; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return true;
    }

    static int word(byte[] address, int at) {
        return (address[at] << 24)
                | ((address[at + 1] & 0xff) << 16)
                | ((address[at + 2] & 0xff) << 8)
                | (address[at + 3] & 0xff);
    }

    private static byte[] mapped(byte a, byte b, byte c, byte d) {
        return new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff, a, b, c, d};
    }
}
