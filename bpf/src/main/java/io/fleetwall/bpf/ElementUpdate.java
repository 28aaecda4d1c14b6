package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Writes one element after the other into a map, without an object each: a DNS answer waits for it.
 *
 * <p>The handle is a constant, which the compiler turns into a plain call, and key, value and errno
 * have one place for good. Not thread-safe.
 */
final class ElementUpdate {
    private static final MethodHandle UPDATE = handle();

    private final BpfMap map;
    private final MemorySegment state;
    private final MemorySegment key;
    private final MemorySegment value;

    ElementUpdate(BpfMap map) {
        this.map = map;
        Arena arena = Arena.ofAuto();
        state = arena.allocate(Linker.Option.captureStateLayout());
        key = arena.allocate(map.info().keySize(), 8);
        value = arena.allocate(map.info().valueSize(), 8);
    }

    @SuppressWarnings("restricted") // the descriptor is that of the C declaration
    private static MethodHandle handle() {
        return Linker.nativeLinker()
                .downcallHandle(
                        Libbpf.symbol("bpf_map_update_elem"),
                        FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG),
                        NativeFunction.ERRNO_STATE);
    }

    /** The key to be written. */
    MemorySegment key() {
        return key;
    }

    /** The value to be written. */
    MemorySegment value() {
        return value;
    }

    /** Writes the value under the key; returns when the kernel has it. */
    void write() {
        try {
            int result = (int) UPDATE.invokeExact(state, map.fd(), key, value, Libbpf.ANY);
            if (result != 0) {
                throw Libbpf.MAP_UPDATE.failure(
                        state.get(JAVA_INT, NativeFunction.ERRNO_OFFSET), map.name());
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a native call threw what it cannot throw", e);
        }
    }
}
