package io.fleetwall.node.dns;

import java.util.EnumMap;
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

    DnsCounters() {
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

    private LongAdder of(Count count) {
        LongAdder adder = counts.get(count);
        if (adder == null) {
            throw new IllegalStateException("no counter " + count);
        }
        return adder;
    }
}
