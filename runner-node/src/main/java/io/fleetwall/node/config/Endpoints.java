package io.fleetwall.node.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Addresses with ports, as texts. */
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
}
