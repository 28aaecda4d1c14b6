package io.fleetwall.laboratory.process;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition of another process or of the kernel, which cannot notify this one. */
public final class Await {
    /** Fine enough for measurements in milliseconds, coarse enough to leave the cores alone. */
    private static final long STEP_NANOS = 500_000;

    private Await() {}

    /** Answers whether the condition came true before the time was over. */
    public static boolean until(Duration atMost, BooleanSupplier condition) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(STEP_NANOS);
        }
        return true;
    }

    /** Like {@link #until}, for conditions without which there is no way on. */
    public static void orFail(String what, Duration atMost, BooleanSupplier condition) {
        if (!until(atMost, condition)) {
            throw new IllegalStateException(
                    what + " did not happen within " + atMost.toMillis() + " ms");
        }
    }
}
