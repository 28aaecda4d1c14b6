package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.fleetwall.policy.document.Network;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The networks that may send over an interface (struct fw_source_key).
 *
 * <p>An interface with any has two entries that say no, one per family, so that a single look-up
 * tells "nobody has said" from "not this one".
 */
final class Sources {
    private static final long LENGTH = Layouts.offset(Layouts.SOURCE_KEY, "length");
    private static final long IFINDEX = Layouts.offset(Layouts.SOURCE_KEY, "ifindex");
    private static final long ADDRESS = Layouts.offset(Layouts.SOURCE_KEY, "address");
    private static final int INTERFACE_BITS = 32;
    private static final byte NO = 0;
    private static final byte YES = 1;
    private static final List<Network> ALL =
            List.of(Network.of(new byte[16], 0), Network.of(new byte[4], 0));

    private final KeptMap map;

    Sources(KeptMap map) {
        this.map = map;
    }

    /** Adds what is new, then removes what is no more: a network that stays is never missing. */
    void replace(int ifindex, Set<Network> networks) {
        Map<Network, Byte> wanted = new HashMap<>();
        if (!networks.isEmpty()) {
            ALL.forEach(all -> wanted.put(all, NO));
            networks.forEach(network -> wanted.put(network, YES));
        }
        List<Network> present = present(ifindex);
        try (Arena arena = Arena.ofConfined()) {
            networks.forEach(network -> put(arena, ifindex, network, YES));
            wanted.forEach((network, may) -> put(arena, ifindex, network, may));
            for (Network network : present) {
                if (!wanted.containsKey(network)) {
                    map.remove(key(arena, ifindex, network));
                }
            }
        }
    }

    private void put(Arena arena, int ifindex, Network network, byte may) {
        map.put(key(arena, ifindex, network), arena.allocateFrom(JAVA_BYTE, may));
    }

    private List<Network> present(int ifindex) {
        List<Network> found = new ArrayList<>();
        map.forEach((key, value) -> {
            if (key.get(JAVA_INT, IFINDEX) == ifindex) {
                byte[] address = key.asSlice(ADDRESS, 16).toArray(JAVA_BYTE);
                found.add(Network.of(address, key.get(JAVA_INT, LENGTH) - INTERFACE_BITS));
            }
        });
        return found;
    }

    private static MemorySegment key(Arena arena, int ifindex, Network network) {
        MemorySegment key = arena.allocate(Layouts.SOURCE_KEY);
        key.set(JAVA_INT, LENGTH, INTERFACE_BITS + network.length());
        key.set(JAVA_INT, IFINDEX, ifindex);
        MemorySegment.copy(network.address(), 0, key, JAVA_BYTE, ADDRESS, 16);
        return key;
    }
}
