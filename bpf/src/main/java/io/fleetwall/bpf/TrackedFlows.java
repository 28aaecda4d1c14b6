package io.fleetwall.bpf;

import io.fleetwall.bpf.NetlinkMessage.Writer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What connection tracking of this network namespace remembers of DNS. A flow that it knows is not
 * translated by rules that came later: forgotten, its next packet meets them.
 */
public final class TrackedFlows {
    private static final int SUBSYSTEM = 1 << 8;
    private static final int GET = SUBSYSTEM | 1;
    private static final int DELETE = SUBSYSTEM | 2;
    private static final int FIXED_BYTES = 4;

    private static final int ORIGINAL = 1;
    private static final int REPLY = 2;
    private static final int ZONE = 18;

    private static final int ADDRESSES = 1;
    private static final int PORTS = 2;
    private static final int SOURCE_V4 = 1;
    private static final int SOURCE_V6 = 3;
    private static final int SOURCE_PORT = 2;
    private static final int DESTINATION_PORT = 3;
    private static final int DNS = 53;

    private TrackedFlows() {}

    /**
     * Has the kernel forget every flow to a port 53 that is not translated to the proxy.
     *
     * @param proxyPort flows that are answered from there stay
     * @param keep sources whose flows stay
     * @return how many
     * @throws BpfException where the kernel does not tell of its flows
     */
    public static int forgetDns(int proxyPort, Set<InetAddress> keep) {
        try (Netlink netlink = Netlink.open(Netlink.NETFILTER, 0)) {
            List<NetlinkMessage> found = new ArrayList<>();
            netlink.visit(
                    GET,
                    new byte[FIXED_BYTES],
                    message -> {
                        if (message.type() != NetlinkMessage.DONE
                                && passesBy(message, proxyPort, keep)) {
                            found.add(message);
                        }
                    });
            return (int) found.stream().filter(flow -> forgotten(netlink, flow)).count();
        }
    }

    private static boolean passesBy(NetlinkMessage flow, int proxyPort, Set<InetAddress> keep) {
        Map<Integer, byte[]> attributes = flow.attributes(FIXED_BYTES);
        Map<Integer, byte[]> original = NetlinkMessage.nested(part(attributes, ORIGINAL));
        Map<Integer, byte[]> reply = NetlinkMessage.nested(part(attributes, REPLY));
        return port(original, DESTINATION_PORT) == DNS
                && port(reply, SOURCE_PORT) != proxyPort
                && !keep.contains(source(original));
    }

    /** False when it ended by itself. Never without its tuple: that would mean every flow. */
    private static boolean forgotten(Netlink netlink, NetlinkMessage flow) {
        Map<Integer, byte[]> attributes = flow.attributes(FIXED_BYTES);
        byte[] fixed = new byte[FIXED_BYTES];
        fixed[0] = flow.body()[0];
        Writer writer =
                new Writer()
                        .fixed(fixed)
                        .bytes(NetlinkMessage.NESTED | ORIGINAL, part(attributes, ORIGINAL));
        byte[] zone = attributes.get(ZONE);
        int errno =
                netlink.change(
                        DELETE, 0, (zone == null ? writer : writer.bytes(ZONE, zone)).body());
        if (errno != 0 && errno != Errno.ENOENT) {
            throw new BpfException(errno, "tracked flow", "forget", Errno.hint(errno));
        }
        return errno == 0;
    }

    private static byte[] part(Map<Integer, byte[]> attributes, int type) {
        byte[] part = attributes.get(type);
        if (part == null) {
            throw new BpfException(0, "tracked flow", "read", "it has no part " + type);
        }
        return part;
    }

    /** 0 of protocols without ports. */
    private static int port(Map<Integer, byte[]> tuple, int type) {
        byte[] port = NetlinkMessage.nested(part(tuple, PORTS)).get(type);
        return port == null || port.length != 2 ? 0 : (port[0] & 0xff) << 8 | (port[1] & 0xff);
    }

    private static InetAddress source(Map<Integer, byte[]> tuple) {
        Map<Integer, byte[]> addresses = NetlinkMessage.nested(part(tuple, ADDRESSES));
        byte[] address = addresses.getOrDefault(SOURCE_V4, addresses.get(SOURCE_V6));
        try {
            return InetAddress.getByAddress(address == null ? new byte[4] : address);
        } catch (UnknownHostException e) {
            throw new BpfException(0, "tracked flow", "read", String.valueOf(e.getMessage()));
        }
    }
}
