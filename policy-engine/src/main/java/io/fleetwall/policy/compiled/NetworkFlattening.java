package io.fleetwall.policy.compiled;

import io.fleetwall.policy.document.Network;
import io.fleetwall.policy.document.Network.Family;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Network rules into a table whose longest match is the whole answer: every prefix's program takes
 * in what the prefixes around it say. Sorted by (address, length) a prefix follows all that cover
 * it, so one pass with a stack of the open ones is enough.
 *
 * <p>An IPv6 prefix such as {@code ::/0} covers the mapped IPv4 addresses in the kernel's table but
 * says nothing about IPv4; where one does, an entry for all of IPv4 stands in between.
 */
final class NetworkFlattening {
    private static final Network ALL_IPV4 = Network.of(new byte[4], 0);
    private static final Comparator<Network> ORDER =
            Comparator.comparingLong((Network n) -> n.high() ^ Long.MIN_VALUE)
                    .thenComparingLong(n -> n.low() ^ Long.MIN_VALUE)
                    .thenComparingInt(Network::length);

    private final StepPool pool;
    private final Map<Network, Integer> own = new HashMap<>();

    NetworkFlattening(StepPool pool) {
        this.pool = pool;
    }

    /** A prefix and its number in the pool. */
    record Flat(Network network, int program) {}

    /** Adds what a rule says; earlier rules are named before later ones. */
    void add(Network network, int program) {
        own.merge(network, program, pool::union);
    }

    List<Flat> result() {
        if (own.keySet().stream().anyMatch(NetworkFlattening::coversIpv4)) {
            own.putIfAbsent(ALL_IPV4, pool.intern(Steps.NONE));
        }
        List<Flat> sorted = new ArrayList<>(own.size());
        own.forEach((network, program) -> sorted.add(new Flat(network, program)));
        sorted.sort(Comparator.comparing(Flat::network, ORDER));
        List<Flat> flat = new ArrayList<>(sorted.size());
        Deque<Flat> ipv4 = new ArrayDeque<>();
        Deque<Flat> ipv6 = new ArrayDeque<>();
        for (Flat alone : sorted) {
            flatten(alone, alone.network().family() == Family.IPV4 ? ipv4 : ipv6, flat);
        }
        return flat;
    }

    private void flatten(Flat alone, Deque<Flat> open, List<Flat> flat) {
        Network network = alone.network();
        Flat around = open.peek();
        while (around != null && !covers(around.network(), network)) {
            open.pop();
            around = open.peek();
        }
        int program = alone.program();
        if (around != null) {
            program = pool.union(program, around.program());
            if (program == around.program()) {
                return; // The longest match without it gives the same answer.
            }
        }
        Flat entry = new Flat(network, program);
        open.push(entry);
        flat.add(entry);
    }

    private static boolean covers(Network outer, Network inner) {
        long high = inner.high() ^ outer.high();
        long low = inner.low() ^ outer.low();
        int length = outer.length();
        if (length <= 64) {
            return length == 0 || high >>> (64 - length) == 0;
        }
        return high == 0 && low >>> (128 - length) == 0;
    }

    private static boolean coversIpv4(Network network) {
        return network.family() == Family.IPV6
                && network.length() < 96
                && covers(network, ALL_IPV4);
    }
}
