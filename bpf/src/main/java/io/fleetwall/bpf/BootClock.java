package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** CLOCK_BOOTTIME: the clock the program stamps events and judges expiry with. */
public final class BootClock {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private BootClock() {}

    /** Nanoseconds since boot, suspended time included. */
    public static long nanos() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment timespec = arena.allocate(16, 8);
            Libc.CLOCK_GETTIME.require("CLOCK_BOOTTIME", Libc.CLOCK_BOOTTIME, timespec);
            return timespec.get(JAVA_LONG, 0) * NANOS_PER_SECOND + timespec.get(JAVA_LONG, 8);
        }
    }
}
