package io.fleetwall.policy.document;

/**
 * A CIDR prefix as 128 bits; IPv4 lies below {@code ::ffff:0:0/96}. Two longs, because a hundred
 * thousand of them are sorted.
 *
 * @param high the first eight bytes
 * @param low the last eight bytes
 * @param length prefix length in the 128-bit form, 0 to 128
 * @param family whose prefix it is: an IPv6 prefix that happens to cover {@code ::ffff:0:0/96} says
 *     nothing about IPv4
 */
public record Network(long high, long low, int length, Family family) {
    /** The upper bits of an IPv4 address in 128-bit form. */
    private static final long MAPPED = 0xffffL << 32;

    /** The address family the author wrote. */
    public enum Family {
        IPV4,
        IPV6
    }

    public Network {
        if (length < 0 || length > 128 || high != high(high, length) || low != low(low, length)) {
            throw new IllegalArgumentException("bits set below the prefix length " + length);
        }
        if (family == Family.IPV4 && (length < 96 || high != 0 || low >>> 32 != 0xffff)) {
            throw new IllegalArgumentException("not an IPv4 prefix");
        }
    }

    /** The prefix of {@code length} bits (32-bit form for IPv4) an address lies in. */
    public static Network of(byte[] address, int length) {
        if (address.length == 4) {
            long low = MAPPED | read(address, 0, 4);
            return new Network(0, low(low, length + 96), length + 96, Family.IPV4);
        }
        long high = high(read(address, 0, 8), length);
        if (length >= 96 && high == 0 && read(address, 8, 4) == 0xffff) {
            return new Network(0, low(read(address, 8, 8), length), length, Family.IPV4);
        }
        return new Network(high, low(read(address, 8, 8), length), length, Family.IPV6);
    }

    /** Whether an address (16 bytes, IPv4 mapped) lies in it. */
    public boolean contains(byte[] address) {
        boolean ipv4 = read(address, 0, 8) == 0 && read(address, 8, 4) == 0xffff;
        return ipv4 == (family == Family.IPV4)
                && high(read(address, 0, 8), length) == high
                && low(read(address, 8, 8), length) == low;
    }

    /** The 16 bytes of its first address. */
    public byte[] address() {
        byte[] bytes = new byte[16];
        for (int i = 0; i < 8; i++) {
            bytes[i] = (byte) (high >>> (56 - 8 * i));
            bytes[8 + i] = (byte) (low >>> (56 - 8 * i));
        }
        return bytes;
    }

    @Override
    public String toString() {
        String address = AddressText.of(address());
        return address + "/" + (family == Family.IPV4 ? length - 96 : length);
    }

    private static long read(byte[] bytes, int offset, int count) {
        long value = 0;
        for (int i = offset; i < offset + count; i++) {
            value = value << 8 | (bytes[i] & 0xff);
        }
        return value;
    }

    private static long high(long bits, int length) {
        return length >= 64 ? bits : length == 0 ? 0 : bits & (-1L << (64 - length));
    }

    private static long low(long bits, int length) {
        return length >= 128 ? bits : length <= 64 ? 0 : bits & (-1L << (128 - length));
    }
}
