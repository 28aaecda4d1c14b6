package io.fleetwall.gateway.config;

import java.net.InetAddress;
import java.util.Optional;

/**
 * An address prefix. IPv4 and IPv6 prefixes only hold addresses of their own family.
 *
 * @param address its first address
 * @param length of the prefix in bits
 */
public record Network(InetAddress address, int length) {
    public Network {
        if (length < 0 || length > address.getAddress().length * 8) {
            throw new IllegalArgumentException("prefix length " + length);
        }
    }

    /** Reads {@code 10.0.0.0/8} or a bare address; never asks DNS. */
    public static Optional<Network> parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        if (!literal.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            return Optional.empty();
        }
        try {
            InetAddress address = InetAddress.ofLiteral(literal);
            int bits = address.getAddress().length * 8;
            int length = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
            return length >= 0 && length <= bits
                    ? Optional.of(new Network(address, length))
                    : Optional.empty();
        } catch (IllegalArgumentException notALiteral) {
            return Optional.empty();
        }
    }

    /** Whether an address lies in it. */
    public boolean contains(InetAddress other) {
        byte[] mine = address.getAddress();
        byte[] theirs = other.getAddress();
        if (mine.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < length; bit++) {
            int mask = 0x80 >> (bit & 7);
            if ((mine[bit >> 3] & mask) != (theirs[bit >> 3] & mask)) {
                return false;
            }
        }
        return true;
    }
}
