package io.fleetwall.node.dns.figure;

import java.util.concurrent.atomic.LongAdder;

/** How long something took, counted by fixed upper bounds; from any thread. */
public final class Latencies {
    /** Microseconds: a map update takes ten, an upstream around the world half a second. */
    private static final long[] BOUNDS = {
        10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000,
        500_000, 1_000_000, 2_500_000
    };

    private final LongAdder[] counts = new LongAdder[BOUNDS.length + 1];
    private final LongAdder nanos = new LongAdder();

    public Latencies() {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    /** Counts one. */
    public void add(long tookNanos) {
        int bucket = 0;
        while (bucket < BOUNDS.length && tookNanos > BOUNDS[bucket] * 1000) {
            bucket++;
        }
        counts[bucket].increment();
        nanos.add(tookNanos);
    }

    /** What was counted. */
    public Snapshot snapshot() {
        double[] bounds = new double[BOUNDS.length];
        long[] cumulated = new long[counts.length];
        long sum = 0;
        for (int i = 0; i < counts.length; i++) {
            sum += counts[i].sum();
            cumulated[i] = sum;
            if (i < bounds.length) {
                bounds[i] = BOUNDS[i] / 1e6;
            }
        }
        return new Snapshot(bounds, cumulated, nanos.sum() / 1e9);
    }

    /**
     * One moment's numbers.
     *
     * @param bounds in seconds, rising
     * @param cumulated how many took at most so long; one more element, for all
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Snapshot(double[] bounds, long[] cumulated, double seconds) {
        public long count() {
            return cumulated[cumulated.length - 1];
        }
    }
}
