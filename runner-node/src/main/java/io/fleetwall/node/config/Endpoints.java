package io.fleetwall.node.config;

import io.fleetwall.node.dns.upstream.Resolver;
import io.fleetwall.policy.document.Network;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** Addresses, with ports or prefix lengths, as texts. */
final class Endpoints {
    private static final String TLS = "tls://";

    /** The name in a certificate. */
    private static final Pattern HOST =
            Pattern.compile("(?=.{1,253}$)[a-zA-Z0-9-]{1,63}(\\.[a-zA-Z0-9-]{1,63})+");

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

    /**
     * A resolver: an address with or without a port, or {@code tls://ADDRESS:PORT#NAME}, where the
     * port may also follow an {@code @}; without a name the address has to be in the certificate.
     */
    static Optional<Resolver> resolver(String text) {
        if (!text.startsWith(TLS)) {
            return read(text, 53).map(Resolver::plain);
        }
        String[] halves = text.substring(TLS.length()).split("#", 2);
        String[] parts = halves[0].split("@", 2);
        String place =
                parts.length == 1
                        ? parts[0]
                        : (parts[0].startsWith("[") ? parts[0] : "[" + parts[0] + "]")
                                + ":"
                                + parts[1];
        Optional<InetSocketAddress> address = read(place, 853);
        if (halves.length == 2 && !HOST.matcher(halves[1]).matches()) {
            return Optional.empty();
        }
        return address.map(to ->
                Resolver.tls(
                        to, halves.length == 2 ? halves[1] : to.getAddress().getHostAddress()));
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
