package io.fleetwall.node.dns.upstream;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * Where misses go.
 *
 * @param addresses asked in this order, those that failed lately last; 1 to 8
 * @param timeout of one attempt; a question gets one per upstream and at least two
 * @param sockets UDP sockets per upstream and worker, each with a random port; 1 to 256
 */
public record UpstreamSettings(List<InetSocketAddress> addresses, Duration timeout, int sockets) {
    public UpstreamSettings {
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty() || addresses.size() > 8) {
            throw new IllegalArgumentException("dns upstreams: " + addresses);
        }
        if (!timeout.isPositive() || sockets < 1 || sockets > 256) {
            throw new IllegalArgumentException("dns upstream " + timeout + ", " + sockets);
        }
    }
}
