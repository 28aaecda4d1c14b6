package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

/**
 * The pinned record of what stands below the pin directory (struct fw_build): whether it is whole,
 * which object its program came from, and the last generation given out.
 */
final class BuildRecord {
    private static final long VERSION = Layouts.offset(Layouts.BUILD, "layout_version");
    private static final long COMPLETE = Layouts.offset(Layouts.BUILD, "complete");
    private static final long GENERATION = Layouts.offset(Layouts.BUILD, "generation");
    private static final long OBJECT = Layouts.offset(Layouts.BUILD, "object");
    private static final long TAG = Layouts.offset(Layouts.BUILD, "tag");

    private final BpfMap map;

    BuildRecord(BpfMap map) {
        this.map = map;
        map.requireSizes(JAVA_INT, Layouts.BUILD);
    }

    boolean complete() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = read(arena);
            return value.get(JAVA_INT, VERSION) == KernelObject.LAYOUT_VERSION
                    && value.get(JAVA_INT, COMPLETE) == 1;
        }
    }

    /** SHA-256 of the object the pinned program was loaded from. */
    byte[] object() {
        try (Arena arena = Arena.ofConfined()) {
            return read(arena).asSlice(OBJECT, 32).toArray(JAVA_BYTE);
        }
    }

    /** The program's tag as it was when it was pinned, hex. */
    String tag() {
        try (Arena arena = Arena.ofConfined()) {
            return HexFormat.of().formatHex(read(arena).asSlice(TAG, 8).toArray(JAVA_BYTE));
        }
    }

    /** Declares everything pinned, by a program of this object and tag. */
    void complete(byte[] object, String tag) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = read(arena);
            value.set(JAVA_INT, VERSION, KernelObject.LAYOUT_VERSION);
            value.set(JAVA_INT, COMPLETE, 1);
            MemorySegment.copy(object, 0, value, JAVA_BYTE, OBJECT, 32);
            MemorySegment.copy(HexFormat.of().parseHex(tag), 0, value, JAVA_BYTE, TAG, 8);
            map.update(0, value);
        }
    }

    /** Never gives one number twice, also over restarts: old flows carry old numbers. */
    int nextGeneration() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = read(arena);
            long next = value.get(JAVA_LONG, GENERATION) + 1;
            value.set(JAVA_LONG, GENERATION, next);
            map.update(0, value);
            return Math.toIntExact(next);
        }
    }

    private MemorySegment read(Arena arena) {
        MemorySegment value = arena.allocate(Layouts.BUILD);
        map.lookup(0, value);
        return value;
    }
}
