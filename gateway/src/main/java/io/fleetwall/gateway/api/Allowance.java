package io.fleetwall.gateway.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How many requests somebody may make: a bucket each, that fills steadily, so that a script may
 * hurry and a loop may not. Somebody is a token at the API, an address at enrolment.
 */
final class Allowance {
    /**
     * Some hundred KiB. A flood of more is limited as one: nobody is forgotten while their bucket
     * is not full again.
     */
    private static final int BUCKETS = 4_096;

    private final double perNano;
    private final int most;
    private final LongSupplier nanoClock;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    private record Bucket(double left, long atNanos) {}

    /**
     * What came of a request.
     *
     * @param most how many a full bucket holds
     * @param left whole ones, after this
     * @param untilNext seconds until there is one; 0 when there is
     * @param untilFull seconds until the bucket is full again
     */
    record Taken(boolean granted, int most, long left, long untilNext, long untilFull) {}

    Allowance(int most, int perMinute, LongSupplier nanoClock) {
        this.perNano = perMinute / 60e9;
        this.most = Math.max(1, most);
        this.nanoClock = nanoClock;
    }

    /** Takes one, if there is one. */
    synchronized Taken take(String somebody) {
        long now = nanoClock.getAsLong();
        String key = placeFor(somebody, now);
        double filled = filled(buckets.getOrDefault(key, new Bucket(most, now)), now);
        boolean granted = filled >= 1;
        double left = granted ? filled - 1 : filled;
        buckets.put(key, new Bucket(left, now));
        return new Taken(granted, most, (long) left, granted ? 0 : seconds(1 - left), full(left));
    }

    /** In how many seconds an empty bucket is full. */
    long secondsToFill() {
        return full(0);
    }

    private String placeFor(String somebody, long now) {
        if (buckets.size() < BUCKETS || buckets.containsKey(somebody)) {
            return somebody;
        }
        var eldest = buckets.entrySet().iterator().next();
        if (filled(eldest.getValue(), now) < most) {
            return "";
        }
        buckets.remove(eldest.getKey());
        return somebody;
    }

    private double filled(Bucket bucket, long now) {
        return Math.min(most, bucket.left() + (now - bucket.atNanos()) * perNano);
    }

    private long full(double left) {
        return seconds(most - left);
    }

    private long seconds(double requests) {
        return Math.max(1, (long) Math.ceil(requests / perNano / 1e9));
    }
}
