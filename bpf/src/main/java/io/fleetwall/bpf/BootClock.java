package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * CLOCK_BOOTTIME: the clock the program stamps events and judges expiry with.
 *
 * <p>Read with each DNS answer that is learned, so that it is called exactly, as what it is: a few
 * instructions of the kernel's in user space.
 */
public final class BootClock {
    private static final int CLOCK_BOOTTIME = 7;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final MethodHandle GETTIME = handle();

    private BootClock() {}

    @SuppressWarnings("restricted") // the descriptor is that of the C declaration
    private static MethodHandle handle() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("clock_gettime"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS),
                Linker.Option.critical(true));
    }

    /** Nanoseconds since boot, suspended time included. */
    public static long nanos() {
        long[] time = new long[2];
        try {
            int failed = (int) GETTIME.invokeExact(CLOCK_BOOTTIME, MemorySegment.ofArray(time));
            if (failed != 0) {
                throw new BpfException(0, "read", "CLOCK_BOOTTIME", "Linux 2.6.39 has it");
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("clock_gettime threw what it cannot throw", e);
        }
        return time[0] * NANOS_PER_SECOND + time[1];
    }
}
