package io.fleetwall.node.dns;

import io.fleetwall.node.dns.figure.Latencies;
import io.fleetwall.node.dns.upstream.Resolver;
import io.fleetwall.node.dns.upstream.UpstreamFigures;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What the proxy did since its start; every loss has a counter. */
public final class DnsCounters {
    /** Things counted. */
    public enum Count {
        /** Messages received from clients. */
        QUERIES,
        /** Answered from the cache. */
        HITS,
        /** Asked upstream, or joined to a question under way. */
        MISSES,
        /** Refused by policy (in audit mode: reported). */
        DENIED,
        /** Answered from known names, or NXDOMAIN. */
        REVERSE,
        /** FORMERR, NOTIMP, BADVERS. */
        MALFORMED,
        /** Not even that: no answer. */
        DROPPED,
        /** Batches of addresses taught to the kernel. */
        TAUGHT,
        /** The kernel refused a batch: SERVFAIL. */
        TEACHING_FAILED,
        /** Hot and near its end: asked upstream before anybody has to wait. */
        RENEWED,
        /** No upstream helped; an answer that outlived its TTL did. */
        STALE,
        /** No upstream helped: SERVFAIL. */
        UNRESOLVED,
        /** The runner has too many questions under way: SERVFAIL. */
        OVERLOADED
    }

    private final Map<Count, LongAdder> counts = new EnumMap<>(Count.class);

    private final Map<DnsDenial.Cause, LongAdder> denials = new EnumMap<>(DnsDenial.Cause.class);
    private final Latencies kernel = new Latencies();
    private final UpstreamFigures upstreams;

    DnsCounters(List<Resolver> resolvers) {
        upstreams = new UpstreamFigures(resolvers);
        for (DnsDenial.Cause each : DnsDenial.Cause.values()) {
            denials.put(each, new LongAdder());
        }
        for (Count each : Count.values()) {
            counts.put(each, new LongAdder());
        }
    }

    void add(Count count) {
        of(count).increment();
    }

    public long get(Count count) {
        return of(count).sum();
    }

    void denied(DnsDenial.Cause cause) {
        add(Count.DENIED);
        of(denials, cause).increment();
    }

    /** Denials for one reason. */
    public long get(DnsDenial.Cause cause) {
        return of(denials, cause).sum();
    }

    /** How long the kernel took for the addresses of an answer. */
    public Latencies kernel() {
        return kernel;
    }

    public UpstreamFigures upstreams() {
        return upstreams;
    }

    private LongAdder of(Count count) {
        return of(counts, count);
    }

    private static <E> LongAdder of(Map<E, LongAdder> adders, E counted) {
        LongAdder adder = adders.get(counted);
        if (adder == null) {
            throw new IllegalStateException("no counter " + counted);
        }
        return adder;
    }
}
