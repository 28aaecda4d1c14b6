package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.fleetwall.policy.compiled.NetworkEntry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** The longest-prefix table in the kernel (struct fw_network_key to program index). */
final class Networks {
    private static final long LENGTH = Layouts.offset(Layouts.NETWORK_KEY, "length");
    private static final long ADDRESS = Layouts.offset(Layouts.NETWORK_KEY, "address");

    private Networks() {}

    static void writeAll(BpfMap table, List<NetworkEntry> networks) {
        try (Arena arena = Arena.ofConfined()) {
            long keyBytes = Layouts.NETWORK_KEY.byteSize();
            MemorySegment keys = arena.allocate(keyBytes * networks.size(), 8);
            MemorySegment values = arena.allocate(4L * networks.size(), 8);
            for (int i = 0; i < networks.size(); i++) {
                NetworkEntry network = networks.get(i);
                fill(keys.asSlice(keyBytes * i, keyBytes), network);
                values.setAtIndex(JAVA_INT, i, network.program());
            }
            table.updateBatch(keys, values, networks.size());
        }
    }

    /**
     * Whether the kernel answers each prefix with its own program. Asked one by one: a trie is slow
     * to walk (10 us an entry), and quick to ask.
     */
    static boolean holds(BpfMap table, List<NetworkEntry> networks) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(Layouts.NETWORK_KEY);
            MemorySegment value = arena.allocate(JAVA_INT);
            for (NetworkEntry network : networks) {
                fill(key, network);
                if (!table.lookup(key, value) || value.get(JAVA_INT, 0) != network.program()) {
                    return false;
                }
            }
            return true;
        }
    }

    static void fill(MemorySegment key, NetworkEntry network) {
        key.set(JAVA_INT, LENGTH, network.length());
        MemorySegment.copy(network.address(), 0, key, JAVA_BYTE, ADDRESS, 16);
    }
}
