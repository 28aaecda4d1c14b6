package io.fleetwall.node.dns.listen;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Socket addresses as the kernel writes them ({@code sockaddr_in}, {@code sockaddr_in6}). */
final class SocketAddresses {
    private static final int AF_INET = 2;

    private SocketAddresses() {}

    /** The address for people; an IPv4-mapped one as IPv4. */
    static InetSocketAddress read(byte[] address) {
        int port = (address[2] & 0xff) << 8 | (address[3] & 0xff);
        byte[] host =
                address[0] == AF_INET
                        ? Arrays.copyOfRange(address, 4, 8)
                        : Arrays.copyOfRange(address, 8, 24);
        try {
            return new InetSocketAddress(InetAddress.getByAddress(host), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + host.length + " bytes", e);
        }
    }
}
