package io.fleetwall.gateway;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for a condition, with a deadline after which the test has failed. */
final class Eventually {
    private static final Duration DEADLINE = Duration.ofSeconds(90);

    private Eventually() {}

    static void holds(String what, Supplier<Boolean> condition) {
        holds(what, new Patience(Duration.ofMillis(5), DEADLINE), condition);
    }

    /** How long to wait, and how often to look: looking may take time from what is waited for. */
    record Patience(Duration pause, Duration deadline) {}

    static void holds(String what, Patience patience, Supplier<Boolean> condition) {
        long end = System.nanoTime() + patience.deadline().toNanos();
        while (!condition.get()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + patience.deadline() + ": " + what);
            }
            LockSupport.parkNanos(patience.pause().toNanos());
        }
    }
}
