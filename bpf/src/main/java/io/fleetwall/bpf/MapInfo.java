package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A map's shape (head of the kernel's struct bpf_map_info).
 *
 * @param type BPF_MAP_TYPE_
 * @param id the kernel's, 0 for a map not yet made
 */
record MapInfo(int type, int id, int keySize, int valueSize, int maxEntries) {
    /** What the kernel says of a map. */
    static MapInfo of(int fd, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = ObjectInfo.read(arena, fd, "map " + name);
            return new MapInfo(
                    info.get(JAVA_INT, 0),
                    info.get(JAVA_INT, 4),
                    info.get(JAVA_INT, 8),
                    info.get(JAVA_INT, 12),
                    info.get(JAVA_INT, 16));
        }
    }
}
