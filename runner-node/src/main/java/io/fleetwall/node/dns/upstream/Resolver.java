package io.fleetwall.node.dns.upstream;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A resolver as an operator names it.
 *
 * @param tlsName with it, asked over TLS only (RFC 7858), and only when its certificate has this
 *     name; may be the address itself
 */
public record Resolver(InetSocketAddress address, Optional<String> tlsName) {
    /** One that is asked over UDP, and over TCP where need be. */
    public static Resolver plain(InetSocketAddress address) {
        return new Resolver(address, Optional.empty());
    }

    /** One that is asked over TLS. */
    public static Resolver tls(InetSocketAddress address, String name) {
        return new Resolver(address, Optional.of(name));
    }

    /** As it is written in the configuration. */
    @Override
    public String toString() {
        String host = address.getAddress().getHostAddress();
        String place = (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
        return tlsName.map(name -> "tls://" + place + "#" + name).orElse(place);
    }
}
