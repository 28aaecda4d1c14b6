package io.fleetwall.bpf.border;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The one shape in which every C function is called: where it is, a place for errno, seven words.
 *
 * <p>On 64-bit Linux integers and pointers are passed alike, each as a word; a function looks at as
 * many as it has, and at the lower half of those that are ints. The JVM makes classes for each
 * shape, which its cache does not keep: a shape for each declaration took a quarter of the time
 * until packets were judged. An int that comes back is the lower half, too: the caller casts.
 */
public final class NativeCall {
    /** How many words a call has; what a function has not, is 0. */
    public static final int WORDS = 7;

    /** {@code (MemorySegment function, MemorySegment state, long × 7) → long}, exactly. */
    public static final MethodHandle CALL = handle();

    private static final long ERRNO_OFFSET =
            Linker.Option.captureStateLayout().byteOffset(PathElement.groupElement("errno"));

    private NativeCall() {}

    @SuppressWarnings("restricted") // what is called through it is declared where it is called
    private static MethodHandle handle() {
        return Linker.nativeLinker()
                .downcallHandle(
                        FunctionDescriptor.of(
                                JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                                JAVA_LONG, JAVA_LONG),
                        Linker.Option.captureCallState("errno"));
    }

    /** A place for errno. */
    public static MemorySegment state(Arena arena) {
        return arena.allocate(Linker.Option.captureStateLayout());
    }

    /** errno as it stood right after a call. */
    public static int errno(MemorySegment state) {
        return state.get(JAVA_INT, ERRNO_OFFSET);
    }
}
