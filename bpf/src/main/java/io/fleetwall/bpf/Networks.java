package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.fleetwall.policy.compiled.NetworkEntry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
                keys.set(JAVA_INT, keyBytes * i + LENGTH, network.length());
                MemorySegment.copy(
                        network.address(), 0, keys, JAVA_BYTE, keyBytes * i + ADDRESS, 16);
                values.setAtIndex(JAVA_INT, i, network.program());
            }
            table.updateBatch(keys, values, networks.size());
        }
    }

    static Set<NetworkEntry> read(BpfMap table) {
        Set<NetworkEntry> networks = new HashSet<>();
        table.forEach((key, value) ->
                networks.add(
                        new NetworkEntry(
                                key.asSlice(ADDRESS, 16).toArray(JAVA_BYTE),
                                key.get(JAVA_INT, LENGTH),
                                value.get(JAVA_INT, 0))));
        return networks;
    }
}
