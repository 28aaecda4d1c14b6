package io.fleetwall.node.enforce;

import io.fleetwall.policy.document.Network;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * Which networks this machine routes to an interface, as {@code /proc/net} tells (proc(5),
 * net/ipv4/fib_trie.c, net/ipv6/route.c). Of IPv4 that is the main table.
 */
final class Routes {
    private static final Path HOME = Path.of("/proc/self/net");
    private static final HexFormat HEX = HexFormat.of();

    /** RTF_REJECT of linux/route.h. */
    private static final long REJECT = 0x200;

    /** RTF_REJECT, RTF_ANYCAST, RTF_CACHE, RTF_LOCAL of linux/ipv6_route.h. */
    private static final long NOT_BEHIND = 0x200 | 0x00100000 | 0x01000000 | 0x80000000L;

    private Routes() {}

    /** Those of both families; a default route is none of a network. */
    static Set<Network> towards(String interfaceName) throws IOException {
        Set<Network> networks = new HashSet<>();
        for (String line : lines("route")) {
            if (line.startsWith(interfaceName + "\t")) {
                readFourth(line.split("\\s+", -1), networks);
            }
        }
        for (String line : lines("ipv6_route")) {
            if (line.endsWith(" " + interfaceName)) {
                readSixth(line.split("\\s+", -1), networks);
            }
        }
        return networks;
    }

    /** A machine without IPv6 has no such file. */
    private static List<String> lines(String file) throws IOException {
        Path path = HOME.resolve(file);
        return Files.exists(path) ? Files.readAllLines(path) : List.of();
    }

    /** Interface, destination, gateway, flags, …, mask (eighth); numbers as the CPU has them. */
    private static void readFourth(String[] fields, Set<Network> networks) {
        int length = Integer.bitCount(Integer.parseUnsignedInt(fields[7], 16));
        long flags = Long.parseLong(fields[3], 16);
        if (length > 0 && (flags & REJECT) == 0) {
            byte[] address =
                    ByteBuffer.allocate(4)
                            .order(ByteOrder.nativeOrder())
                            .putInt(Integer.parseUnsignedInt(fields[1], 16))
                            .array();
            networks.add(Network.of(address, length));
        }
    }

    /** Destination, its prefix length, source, its length, next hop, metric, …, flags (ninth). */
    private static void readSixth(String[] fields, Set<Network> networks) {
        byte[] address = HEX.parseHex(fields[0]);
        int length = Integer.parseInt(fields[1], 16);
        long flags = Long.parseLong(fields[8], 16);
        boolean multicast = address[0] == (byte) 0xff;
        if (length > 0 && !multicast && (flags & NOT_BEHIND) == 0) {
            networks.add(Network.of(address, length));
        }
    }
}
