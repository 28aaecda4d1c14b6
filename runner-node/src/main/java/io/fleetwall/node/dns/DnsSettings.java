package io.fleetwall.node.dns;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How the proxy works, the same for every runner of a node.
 *
 * @param workers event loops, each with its own cache, upstream sockets and share of every
 *     listener's queries (SO_REUSEPORT); one serves about 150,000 cached queries a second
 */
public record DnsSettings(Upstreams upstreams, Tcp tcp, Answers answers, int workers) {
    /** A, CNAME, PTR, AAAA, SRV, SVCB, HTTPS: what builds need; the rest carries data (tunnels). */
    public static final SortedSet<Integer> QUERY_TYPES =
            new TreeSet<>(List.of(1, 5, 12, 28, 33, 64, 65));

    public DnsSettings {
        require(workers >= 1 && workers <= 64, "workers", workers);
    }

    /** The defaults, towards these upstreams. */
    public static DnsSettings towards(List<InetSocketAddress> upstreams) {
        return new DnsSettings(
                new Upstreams(upstreams, Duration.ofMillis(1200), 32),
                new Tcp(Duration.ofSeconds(10), 128, 4096),
                new Answers(QUERY_TYPES, 32, 3600, 8 << 20),
                1);
    }

    private static void require(boolean holds, String setting, Object value) {
        if (!holds) {
            throw new IllegalArgumentException("dns setting " + setting + " cannot be " + value);
        }
    }

    /**
     * Where misses go.
     *
     * @param addresses asked in this order, a failing one last
     * @param timeout of one attempt; a query gets one attempt per upstream and at least two
     * @param sockets UDP sockets per upstream and worker, each with a random port; rotated
     */
    public record Upstreams(List<InetSocketAddress> addresses, Duration timeout, int sockets) {
        public Upstreams {
            addresses = List.copyOf(addresses);
            require(!addresses.isEmpty() && addresses.size() <= 8, "upstreams", addresses);
            require(timeout.isPositive(), "upstream timeout", timeout);
            require(sockets >= 1 && sockets <= 256, "upstream sockets", sockets);
        }
    }

    /**
     * Clients' TCP connections (RFC 7766).
     *
     * @param idle a connection without a complete query for so long is closed
     * @param connections per runner and worker; further ones are closed at once
     * @param messageBytes the longest query accepted: a real one is below 512 bytes
     */
    public record Tcp(Duration idle, int connections, int messageBytes) {
        public Tcp {
            require(idle.isPositive(), "tcp idle", idle);
            require(connections >= 1, "tcp connections", connections);
            require(messageBytes >= 512 && messageBytes <= 65535, "tcp bytes", messageBytes);
        }
    }

    /**
     * What may be asked and answered.
     *
     * @param queryTypes everything else is refused
     * @param addressesPerName further ones are left out of an answer (and so never learned)
     * @param longestTtlSeconds caps an upstream's TTL, and so how long an address stays learned
     * @param cacheBytes of answers per worker, including the cost of keeping them
     */
    public record Answers(
            SortedSet<Integer> queryTypes,
            int addressesPerName,
            int longestTtlSeconds,
            int cacheBytes) {
        public Answers {
            queryTypes = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(queryTypes));
            require(addressesPerName >= 1, "addresses per name", addressesPerName);
            require(longestTtlSeconds >= 1, "longest ttl", longestTtlSeconds);
            require(cacheBytes >= 0, "cache bytes", cacheBytes);
        }
    }
}
