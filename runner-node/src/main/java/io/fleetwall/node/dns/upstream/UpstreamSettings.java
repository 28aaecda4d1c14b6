package io.fleetwall.node.dns.upstream;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where misses go.
 *
 * @param resolvers asked in this order, those that failed lately last; 1 to 8; over TLS all or
 *     none, because another way would be a way around it
 * @param authorities PEM file of those who may vouch for names of resolvers; absent: the runtime's
 * @param timeout of one attempt; a question gets one per upstream and at least two
 * @param sockets UDP sockets per upstream and worker, each with a random port; 1 to 256
 */
public record UpstreamSettings(
        List<Resolver> resolvers, Optional<Path> authorities, Duration timeout, int sockets) {
    public UpstreamSettings {
        resolvers = List.copyOf(resolvers);
        long secured = resolvers.stream().filter(each -> each.tlsName().isPresent()).count();
        boolean mixed = secured > 0 && secured < resolvers.size();
        if (resolvers.isEmpty() || resolvers.size() > 8 || mixed) {
            throw new IllegalArgumentException("dns upstreams: " + resolvers);
        }
        if (!timeout.isPositive() || sockets < 1 || sockets > 256) {
            throw new IllegalArgumentException("dns upstream " + timeout + ", " + sockets);
        }
    }

    /** Towards resolvers that are asked over UDP and TCP. */
    public UpstreamSettings(List<InetSocketAddress> addresses, Duration timeout, int sockets) {
        this(addresses.stream().map(Resolver::plain).toList(), Optional.empty(), timeout, sockets);
    }

    boolean secured() {
        return resolvers.getFirst().tlsName().isPresent();
    }
}
