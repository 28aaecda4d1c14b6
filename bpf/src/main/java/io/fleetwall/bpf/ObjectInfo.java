package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** BPF_OBJ_GET_INFO_BY_FD: what the kernel says of a map, program or link. */
final class ObjectInfo {
    /** More than any of the three structures has today; the kernel fills what it knows. */
    private static final int BYTES = 256;

    private ObjectInfo() {}

    static MemorySegment read(Arena arena, int fd, String subject) {
        MemorySegment info = arena.allocate(BYTES, 8);
        Libbpf.OBJ_GET_INFO.require(subject, fd, info, arena.allocateFrom(JAVA_INT, BYTES));
        return info;
    }
}
