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
    private static final long INBOUND_TAG = Layouts.offset(Layouts.BUILD, "inbound_tag");

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

    /** The programs' tags as they were when they were pinned. */
    Tags tags() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = read(arena);
            return new Tags(hex(value, TAG), hex(value, INBOUND_TAG));
        }
    }

    private static String hex(MemorySegment value, long offset) {
        return HexFormat.of().formatHex(value.asSlice(offset, 8).toArray(JAVA_BYTE));
    }

    private static void put(MemorySegment value, long offset, String hex) {
        MemorySegment.copy(HexFormat.of().parseHex(hex), 0, value, JAVA_BYTE, offset, 8);
    }

    /** Tags in hex: of the program that judges, and of its companion. */
    record Tags(String judge, String inbound) {
        /** Whether they are these; without what a record's own comparison is made of at start. */
        boolean same(Tags other) {
            return judge.equals(other.judge) && inbound.equals(other.inbound);
        }
    }

    /** Declares everything pinned, by programs of this object with these tags. */
    void complete(byte[] object, Tags tags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = read(arena);
            value.set(JAVA_INT, VERSION, KernelObject.LAYOUT_VERSION);
            value.set(JAVA_INT, COMPLETE, 1);
            MemorySegment.copy(object, 0, value, JAVA_BYTE, OBJECT, 32);
            put(value, TAG, tags.judge());
            put(value, INBOUND_TAG, tags.inbound());
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
