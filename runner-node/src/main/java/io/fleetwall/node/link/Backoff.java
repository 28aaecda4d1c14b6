package io.fleetwall.node.link;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: doubling from 100 ms to 15 s, each time a random part
 * of it, at least a half, so that ten thousand nodes whose gateway restarts do not return as one.
 */
final class Backoff {
    private static final long FIRST_MILLIS = 100;
    private static final long LAST_MILLIS = 15_000;

    private final RandomGenerator random;
    private long ceiling = FIRST_MILLIS;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** The wait before the next attempt. */
    Duration next() {
        long wait = ceiling / 2 + random.nextLong(ceiling / 2 + 1);
        ceiling = Math.min(LAST_MILLIS, ceiling * 2);
        return Duration.ofMillis(wait);
    }

    /** An attempt succeeded. */
    void reset() {
        ceiling = FIRST_MILLIS;
    }
}
