package io.fleetwall.node.dns.wire;

import io.fleetwall.node.dns.address.CanonicalAddress;
import org.jspecify.annotations.Nullable;

/**
 * Reads the address out of a reverse name: {@code 7.2.0.192.in-addr.arpa} (RFC 1035 section 3.5),
 * or 32 nibbles below {@code ip6.arpa} (RFC 3596 section 2.5).
 */
public final class ReverseName {
    private static final int IPV4_LABELS = 4;
    private static final int IPV6_LABELS = 32;

    private ReverseName() {}

    /**
     * The address that a reverse name stands for.
     *
     * @param name lower-case wire labels that {@link Names#isReverse} holds for
     * @return canonical 16 bytes, or null when the labels are no whole address
     */
    public static byte @Nullable [] address(byte[] name, int length) {
        int labels = labels(name, length) - 2;
        return switch (labels) {
            case IPV4_LABELS -> ipv4(name);
            case IPV6_LABELS -> ipv6(name);
            default -> null;
        };
    }

    private static int labels(byte[] name, int length) {
        int labels = 0;
        for (int at = 0; at < length && name[at] != 0; at += 1 + name[at]) {
            labels++;
        }
        return labels;
    }

    private static byte @Nullable [] ipv4(byte[] name) {
        byte[] address = new byte[IPV4_LABELS];
        int at = 0;
        for (int i = IPV4_LABELS - 1; i >= 0; i--) {
            int value = 0;
            for (int digit = 1; digit <= name[at]; digit++) {
                int n = Character.digit(name[at + digit], 10);
                if (n < 0 || name[at] > 3) {
                    return null;
                }
                value = 10 * value + n;
            }
            if (value > 255) {
                return null;
            }
            address[i] = (byte) value;
            at += 1 + name[at];
        }
        return CanonicalAddress.of(address, 0, address.length);
    }

    private static byte @Nullable [] ipv6(byte[] name) {
        byte[] address = new byte[CanonicalAddress.BYTES];
        for (int i = 0; i < IPV6_LABELS; i++) {
            int nibble = name[2 * i] == 1 ? Character.digit(name[2 * i + 1], 16) : -1;
            if (nibble < 0) {
                return null;
            }
            int place = CanonicalAddress.BYTES - 1 - i / 2;
            address[place] |= (byte) (nibble << (4 * (i % 2)));
        }
        return CanonicalAddress.of(address, 0, address.length);
    }
}
