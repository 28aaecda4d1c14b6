package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;

/**
 * The memories of allowed flows, one for each slot in use, so that nobody can crowd out another
 * runner's flows. A slot without one works all the same: each packet is decided.
 */
final class FlowTables {
    private static final int KEY_BYTES = 4;

    /** Buckets of four flows in a cache line each: FW_FLOW_WAYS, FW_FLOW_BITS. */
    private static final int BUCKET_BYTES = 4 * 64;

    private static final int BUCKETS = 1 << 11;

    private final BpfMap slots;

    FlowTables(BpfMap slots, BpfMap secret) {
        this.slots = slots;
        slots.requireSizes(JAVA_INT, JAVA_INT);
        secret.requireSizes(JAVA_INT, Layouts.FLOW_SECRET);
        choose(secret);
    }

    /** Once in the life of the pins: with another secret every flow would be forgotten. */
    private static void choose(BpfMap secret) {
        int size = (int) Layouts.FLOW_SECRET.byteSize();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment words = arena.allocate(Layouts.FLOW_SECRET);
            secret.lookup(0, words);
            if (words.mismatch(arena.allocate(size)) < 0) {
                byte[] random = new byte[size];
                new SecureRandom().nextBytes(random);
                MemorySegment.copy(random, 0, words, JAVA_BYTE, 0, size);
                secret.update(0, words);
            }
        }
    }

    /** Gives a slot its memory, unless it has one. */
    void give(int slot) {
        try (Arena arena = Arena.ofConfined()) {
            if (!slots.lookup(slot, arena.allocate(JAVA_INT))) {
                MapInfo shape =
                        new MapInfo(Libbpf.MAP_TYPE_ARRAY, 0, KEY_BYTES, BUCKET_BYTES, BUCKETS);
                try (BpfMap table = BpfMap.create("fw_flow_table", shape, 0)) {
                    slots.update(slot, arena.allocateFrom(JAVA_INT, table.fd()));
                }
            }
        }
    }

    /** Frees a slot's memory. */
    void take(int slot) {
        slots.delete(slot);
    }
}
