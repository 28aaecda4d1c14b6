package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * A small map that only the agent writes, and whatever else stands there is undone.
 *
 * <p>What it holds when it is opened counts as the agent's: an earlier one wrote it. The program
 * lets packets pass by such maps without asking the policy, so that an entry of somebody else's is
 * a way out.
 */
final class KeptMap {
    private final BpfMap map;
    private final Map<ByteBuffer, ByteBuffer> kept = new HashMap<>();

    KeptMap(BpfMap map, MemoryLayout key, MemoryLayout value) {
        this.map = map;
        map.requireSizes(key, value);
        map.forEach((k, v) -> kept.put(copy(k), copy(v)));
    }

    void put(MemorySegment key, MemorySegment value) {
        map.update(key, value);
        kept.put(copy(key), copy(value));
    }

    void remove(MemorySegment key) {
        kept.remove(copy(key));
        map.delete(key);
    }

    /** What is there now, whoever put it there. */
    void forEach(BiConsumer<MemorySegment, MemorySegment> seen) {
        map.forEach(seen);
    }

    /**
     * Takes away what is not the agent's, and puts back what is.
     *
     * @return how many entries somebody else had changed
     */
    int restore() {
        Set<ByteBuffer> missing = new HashSet<>(kept.keySet());
        List<ByteBuffer> foreign = new ArrayList<>();
        map.forEach((k, v) -> {
            ByteBuffer key = copy(k);
            if (!kept.containsKey(key)) {
                foreign.add(key);
            } else if (copy(v).equals(kept.get(key))) {
                missing.remove(key);
            }
        });
        try (Arena arena = Arena.ofConfined()) {
            foreign.forEach(key -> map.delete(segment(arena, key)));
            for (Map.Entry<ByteBuffer, ByteBuffer> entry : kept.entrySet()) {
                if (missing.contains(entry.getKey())) {
                    map.update(segment(arena, entry.getKey()), segment(arena, entry.getValue()));
                }
            }
        }
        return foreign.size() + missing.size();
    }

    private static ByteBuffer copy(MemorySegment segment) {
        return ByteBuffer.wrap(segment.toArray(JAVA_BYTE)).asReadOnlyBuffer();
    }

    private static MemorySegment segment(Arena arena, ByteBuffer bytes) {
        return arena.allocate(bytes.remaining(), 8)
                .copyFrom(MemorySegment.ofBuffer(bytes.duplicate()));
    }
}
