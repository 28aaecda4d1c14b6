package io.fleetwall.node.config;

import io.fleetwall.policy.document.Network;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Optional;

/** Addresses, with ports or prefix lengths, as texts. */
final class Endpoints {
    private Endpoints() {}

    /** A literal address with a port; no name is ever resolved here. */
    static Optional<InetSocketAddress> read(String text, int defaultPort) {
        int colon = text.lastIndexOf(':');
        boolean hasPort =
                colon > 0 && (text.indexOf(':') == colon || text.charAt(colon - 1) == ']');
        String host = (hasPort ? text.substring(0, colon) : text).replaceAll("^\\[|\\]$", "");
        try {
            int port = hasPort ? Integer.parseInt(text.substring(colon + 1)) : defaultPort;
            return Optional.of(new InetSocketAddress(InetAddress.ofLiteral(host), port));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A literal network, or an address as a network of its own. */
    static Optional<Network> network(String text) {
        int slash = text.indexOf('/');
        try {
            byte[] address =
                    InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash)).getAddress();
            int bits = 8 * address.length;
            int length = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
            if (length < 0 || length > bits) {
                return Optional.empty();
            }
            Network network = Network.of(address, length);
            byte[] first = Network.of(address, bits).address();
            return Arrays.equals(network.address(), first)
                    ? Optional.of(network)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
