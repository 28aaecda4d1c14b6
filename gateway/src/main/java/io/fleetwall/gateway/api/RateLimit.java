package io.fleetwall.gateway.api;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** So many tries per address and period; the count starts anew with each period. */
final class RateLimit {
    /** About 1 MiB of addresses; a flood of more is limited as one. */
    private static final int ADDRESSES = 10_000;

    private final int tries;
    private final Duration period;
    private final LongSupplier nanoClock;
    private final Map<String, Integer> counts = new HashMap<>();
    private long began;

    RateLimit(int tries, Duration period, LongSupplier nanoClock) {
        this.tries = tries;
        this.period = period;
        this.nanoClock = nanoClock;
        this.began = nanoClock.getAsLong();
    }

    /** Whether this try is within the limit. */
    synchronized boolean take(String address) {
        long now = nanoClock.getAsLong();
        if (now - began > period.toNanos()) {
            counts.clear();
            began = now;
        }
        String key = counts.size() < ADDRESSES || counts.containsKey(address) ? address : "";
        return counts.merge(key, 1, Integer::sum) <= tries;
    }
}
