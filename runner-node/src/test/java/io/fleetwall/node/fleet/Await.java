package io.fleetwall.node.fleet;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what comes by itself, and says what was there when it did not. */
public final class Await {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private Await() {}

    /** Returns as soon as {@code condition} holds. */
    public static void until(BooleanSupplier condition, Supplier<String> seen) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                fail("not within " + LIMIT + ": " + seen.get());
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
