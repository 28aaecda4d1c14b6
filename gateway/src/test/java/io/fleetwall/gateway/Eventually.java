package io.fleetwall.gateway;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for a condition, with a deadline after which the test has failed. */
final class Eventually {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private Eventually() {}

    static void holds(String what, Supplier<Boolean> condition) {
        holds(what, Duration.ofMillis(5), condition);
    }

    /** Looks less often, where looking takes the time of what is waited for. */
    static void holds(String what, Duration pause, Supplier<Boolean> condition) {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.get()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + DEADLINE + ": " + what);
            }
            LockSupport.parkNanos(pause.toNanos());
        }
    }
}
