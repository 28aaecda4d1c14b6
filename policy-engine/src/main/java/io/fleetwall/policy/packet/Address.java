package io.fleetwall.policy.packet;

import io.fleetwall.policy.document.AddressText;

/**
 * An IP address as 128 bits; IPv4 is {@code ::ffff:a.b.c.d}.
 *
 * @param high the first eight bytes
 * @param low the last eight bytes
 */
public record Address(long high, long low) {
    private static final long MAPPED = 0xffffL << 32;

    /** The address of 4 or 16 bytes at an offset. */
    static Address at(byte[] bytes, int offset, int count) {
        long low = bits(bytes, offset + count - (count == 4 ? 4 : 8), count == 4 ? 4 : 8);
        return count == 4 ? new Address(0, MAPPED | low) : new Address(bits(bytes, offset, 8), low);
    }

    /** The address of 4 or 16 bytes. */
    public static Address of(byte[] bytes) {
        return at(bytes, 0, bytes.length);
    }

    /** The address of a literal. */
    public static Address of(String text) {
        byte[] bytes = AddressText.parse(text);
        if (bytes == null) {
            throw new IllegalArgumentException("not an address: " + text);
        }
        return of(bytes);
    }

    /**
     * The address whose rules hold: the embedded IPv4 address of the forms that carry one: NAT64
     * (RFC 6052, and the local 64:ff9b:1::/48 of RFC 8215), 6to4 (RFC 3056), Teredo (RFC 4380,
     * obfuscated), IPv4-translated (RFC 2765) and IPv4-compatible (RFC 4291). Otherwise a job could
     * spell a forbidden address in a form that no rule names.
     */
    public Address canonical() {
        if (high == 0 && low >>> 32 == 0 && low > 1) {
            return ipv4(low);
        }
        if (high == 0x0064ff9b_00000000L && low >>> 32 == 0) {
            return ipv4(low);
        }
        if (high >>> 16 == 0x0064_ff9b_0001L) {
            return ipv4(low);
        }
        if (high == 0 && low >>> 32 == 0xffff_0000L) {
            return ipv4(low);
        }
        if (high >>> 48 == 0x2002) {
            return ipv4(high >>> 16);
        }
        if (high >>> 32 == 0x2001_0000L) {
            return ipv4(~low);
        }
        return this;
    }

    /** Whether it is IPv4, in mapped form. */
    public boolean isIpv4() {
        return high == 0 && low >>> 32 == 0xffff;
    }

    /** Whether it names more than one receiver, or none: multicast, broadcast, unspecified. */
    public boolean isGroup() {
        if (isIpv4()) {
            long ipv4 = low & 0xffffffffL;
            return ipv4 == 0 || ipv4 >>> 28 == 0xe || ipv4 == 0xffffffffL;
        }
        return high >>> 56 == 0xff || (high == 0 && low == 0);
    }

    /** Whether it is the address of who has none, of either family. */
    public boolean isUnspecified() {
        return isIpv4() ? (low & 0xffffffffL) == 0 : high == 0 && low == 0;
    }

    /** Whether it lies in {@code fe80::/10}. */
    public boolean isLinkLocal() {
        return high >>> 54 == 0xfe80 >>> 6;
    }

    /** Whether it lies in {@code ff02::/16}. */
    public boolean isLinkMulticast() {
        return high >>> 48 == 0xff02;
    }

    /** Sixteen bytes. */
    public byte[] bytes() {
        byte[] bytes = new byte[16];
        for (int i = 0; i < 8; i++) {
            bytes[i] = (byte) (high >>> (56 - 8 * i));
            bytes[8 + i] = (byte) (low >>> (56 - 8 * i));
        }
        return bytes;
    }

    @Override
    public String toString() {
        return AddressText.of(bytes());
    }

    private static Address ipv4(long bits) {
        return new Address(0, MAPPED | (bits & 0xffffffffL));
    }

    private static long bits(byte[] bytes, int offset, int count) {
        long bits = 0;
        for (int i = offset; i < offset + count; i++) {
            bits = bits << 8 | (bytes[i] & 0xff);
        }
        return bits;
    }
}
