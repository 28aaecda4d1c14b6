package io.fleetwall.policy.compiled;

import java.util.Arrays;

/**
 * One prefix of the flattened network table. Its program already contains what every covering
 * prefix says, so that the longest match is the whole answer.
 *
 * @param address 16 bytes, IPv4 as {@code ::ffff:a.b.c.d}, bits below the length zero
 * @param length prefix length in bits, 0 to 128
 * @param program index into {@link CompiledPolicy#programs()}
 */
public record NetworkEntry(byte[] address, int length, int program) {
    public NetworkEntry {
        if (address.length != 16 || length < 0 || length > 128) {
            throw new IllegalArgumentException("prefix of " + address.length + " bytes /" + length);
        }
        address = address.clone();
    }

    @Override
    public byte[] address() {
        return address.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NetworkEntry that
                && Arrays.equals(address, that.address)
                && length == that.length
                && program == that.program;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(address) * 31 * 31 + length * 31 + program;
    }
}
