package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

/**
 * A loaded program (head of the kernel's struct bpf_prog_info).
 *
 * @param tag the kernel's hash of its instructions, 16 hex digits
 */
record ProgramInfo(int id, String tag) {
    static ProgramInfo of(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = ObjectInfo.read(arena, fd, "program");
            byte[] tag = info.asSlice(8, 8).toArray(JAVA_BYTE);
            return new ProgramInfo(info.get(JAVA_INT, 4), HexFormat.of().formatHex(tag));
        }
    }
}
