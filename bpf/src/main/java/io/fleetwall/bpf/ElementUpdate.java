package io.fleetwall.bpf;

import io.fleetwall.bpf.border.NativeCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * Writes one element after the other into a map, without an object each: a DNS answer waits for it.
 *
 * <p>The function is a constant, which the compiler turns into a plain call, and key, value and
 * errno have one place for good. Not thread-safe.
 */
final class ElementUpdate {
    private static final MemorySegment UPDATE = Libbpf.symbol("bpf_map_update_elem");

    private final BpfMap map;
    private final MemorySegment state;
    private final MemorySegment key;
    private final MemorySegment value;

    ElementUpdate(BpfMap map) {
        this.map = map;
        Arena arena = Arena.ofAuto();
        state = NativeCall.state(arena);
        key = arena.allocate(map.info().keySize(), 8);
        value = arena.allocate(map.info().valueSize(), 8);
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
            int result =
                    (int)
                            (long)
                                    NativeCall.CALL.invokeExact(
                                            UPDATE,
                                            state,
                                            (long) map.fd(),
                                            key.address(),
                                            value.address(),
                                            Libbpf.ANY,
                                            0L,
                                            0L,
                                            0L);
            if (result != 0) {
                throw Libbpf.MAP_UPDATE.failure(NativeCall.errno(state), map.name());
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a native call threw what it cannot throw", e);
        } finally {
            Reference.reachabilityFence(this); // key and value live as long as this
        }
    }
}
