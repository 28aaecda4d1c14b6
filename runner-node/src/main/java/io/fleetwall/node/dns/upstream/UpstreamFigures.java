package io.fleetwall.node.dns.upstream;

import io.fleetwall.node.dns.figure.Latencies;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How upstreams did since the start, by upstream; all workers count here. */
public final class UpstreamFigures {
    private final List<OfUpstream> all;

    public UpstreamFigures(List<Resolver> resolvers) {
        all = resolvers.stream().map(OfUpstream::new).toList();
    }

    /** In the order of the configuration. */
    public List<OfUpstream> all() {
        return all;
    }

    /** One upstream. */
    public static final class OfUpstream {
        private final Resolver resolver;
        private final Latencies latencies = new Latencies();
        private final Map<Failure, LongAdder> failures = new EnumMap<>(Failure.class);

        OfUpstream(Resolver resolver) {
            this.resolver = resolver;
            Arrays.stream(Failure.values()).forEach(each -> failures.put(each, new LongAdder()));
        }

        public Resolver resolver() {
            return resolver;
        }

        /** From the question sent to its answer, connecting included. */
        public Latencies latencies() {
            return latencies;
        }

        /** Attempts that brought no answer. */
        public long failures(Failure why) {
            return adder(why).sum();
        }

        void failed(Failure why) {
            adder(why).increment();
        }

        private LongAdder adder(Failure why) {
            LongAdder adder = failures.get(why);
            if (adder == null) {
                throw new IllegalStateException("no counter " + why);
            }
            return adder;
        }
    }
}
