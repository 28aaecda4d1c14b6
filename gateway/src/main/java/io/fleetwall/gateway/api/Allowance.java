package io.fleetwall.gateway.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How many requests one token may make: a bucket that holds half a minute's worth and fills
 * steadily, so that a script may hurry and a loop may not.
 */
final class Allowance {
    /**
     * Some hundred KiB; the one that has been silent longest is forgotten, which fills its bucket.
     */
    private static final int ACTORS = 4_096;

    private final double perNano;
    private final double most;
    private final LongSupplier nanoClock;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    private record Bucket(double left, long atNanos) {}

    Allowance(int perMinute, LongSupplier nanoClock) {
        this.perNano = perMinute / 60e9;
        this.most = Math.max(1, perMinute / 2.0);
        this.nanoClock = nanoClock;
    }

    /** Takes one; otherwise says in how many seconds there will be one. */
    synchronized Optional<Long> take(String actor) {
        long now = nanoClock.getAsLong();
        Bucket before = buckets.getOrDefault(actor, new Bucket(most, now));
        double left = Math.min(most, before.left() + (now - before.atNanos()) * perNano);
        boolean granted = left >= 1;
        buckets.put(actor, new Bucket(granted ? left - 1 : left, now));
        if (buckets.size() > ACTORS) {
            buckets.remove(buckets.keySet().iterator().next());
        }
        return granted
                ? Optional.empty()
                : Optional.of(Math.max(1, (long) Math.ceil((1 - left) / perNano / 1e9)));
    }
}
