package io.fleetwall.policy.document;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** The value of {@code cidr}: what it means, or what keeps it from being a prefix. */
final class NetworkText {
    private final ProblemLog log;
    private final Node at;

    NetworkText(ProblemLog log, Node at) {
        this.log = log;
        this.at = at;
    }

    /** The network, or null after a report. */
    @Nullable Network read(String text) {
        int slash = text.indexOf('/');
        byte[] address = AddressText.parse(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            return refuse(
                    ProblemCode.NETWORK,
                    "\"" + text + "\" is not a network",
                    "write an address and a prefix length, as 10.20.0.0/16 or 2001:db8::/48");
        }
        int bits = address.length * 8;
        String length = slash < 0 ? "" : text.substring(slash + 1);
        if (!AddressText.SHORT_NUMBER.matcher(length).matches()
                || Integer.parseInt(length) > bits) {
            return refuse(
                    ProblemCode.NETWORK,
                    "\"" + text + "\" has no prefix length from 0 to " + bits,
                    "for this one address write " + AddressText.of(address) + "/" + bits);
        }
        return prefix(text, address, Integer.parseInt(length));
    }

    private @Nullable Network prefix(String text, byte[] address, int length) {
        String embedded = address.length == 16 ? embedded(address, length) : "";
        if (!embedded.isEmpty()) {
            return refuse(
                    ProblemCode.NETWORK_EMBEDDED,
                    text + " is IPv4 in an IPv6 form, and judged as IPv4",
                    embedded);
        }
        Network network = Network.of(address, length);
        byte[] first = network.address();
        byte[] written = address.length == 16 ? first : Arrays.copyOfRange(first, 12, 16);
        if (!Arrays.equals(written, address)) {
            return refuse(
                    ProblemCode.NETWORK_HOST_BITS,
                    text + " has bits set behind its prefix length",
                    "write "
                            + network
                            + ", or "
                            + AddressText.of(address)
                            + "/"
                            + 8 * address.length);
        }
        return network;
    }

    /** What to write instead of a prefix whose packets carry an IPv4 address; else empty. */
    private static String embedded(byte[] a, int length) {
        boolean zeros = length >= 96 && allZero(a, 0, 10);
        if (zeros && a[10] == -1 && a[11] == -1) {
            return ipv4(a, 12, length - 96);
        }
        if (zeros && a[10] == 0 && a[11] == 0 && !unspecifiedOrLoopback(a, length)) {
            return ipv4(a, 12, length - 96);
        }
        if (length >= 96 && allZero(a, 0, 8) && starts(a, 8, 0xff, 0xff) && allZero(a, 10, 12)) {
            return ipv4(a, 12, length - 96);
        }
        if (length >= 48
                && starts(a, 0, 0x00, 0x64)
                && starts(a, 2, 0xff, 0x9b)
                && starts(a, 4, 0, 1)) {
            return "write the IPv4 network behind the translator";
        }
        if (length >= 96 && starts(a, 0, 0x00, 0x64) && starts(a, 2, 0xff, 0x9b)) {
            return allZero(a, 4, 12) ? ipv4(a, 12, length - 96) : "";
        }
        if (length >= 16 && starts(a, 0, 0x20, 0x02)) {
            return ipv4(a, 2, Math.min(32, length - 16));
        }
        if (length >= 32 && starts(a, 0, 0x20, 0x01) && allZero(a, 2, 4)) {
            return "write the IPv4 network of the Teredo clients";
        }
        return "";
    }

    private static String ipv4(byte[] address, int from, int length) {
        return "write " + Network.of(Arrays.copyOfRange(address, from, from + 4), length);
    }

    private static boolean starts(byte[] address, int from, int first, int second) {
        return (address[from] & 0xff) == first && (address[from + 1] & 0xff) == second;
    }

    private static boolean unspecifiedOrLoopback(byte[] a, int length) {
        return length == 128 && allZero(a, 12, 15) && (a[15] == 0 || a[15] == 1);
    }

    private static boolean allZero(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private @Nullable Network refuse(ProblemCode code, String message, String hint) {
        log.report(code, at, message, hint);
        return null;
    }
}
