package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The interfaces' own addresses: where the DNS proxy and neighbour discovery may be reached. */
final class SelfAddresses {
    private static final long IFINDEX = Layouts.offset(Layouts.SELF_KEY, "ifindex");
    private static final long ADDRESS = Layouts.offset(Layouts.SELF_KEY, "address");

    private final KeptMap map;

    SelfAddresses(KeptMap map) {
        this.map = map;
    }

    /** Adds what is new, then removes what is no more: an address that stays is never missing. */
    void replace(int ifindex, Set<InetAddress> addresses) {
        Set<List<Byte>> wanted = new HashSet<>();
        try (Arena arena = Arena.ofConfined()) {
            for (InetAddress address : addresses) {
                byte[] mapped = mapped(address);
                wanted.add(boxed(mapped));
                map.put(key(arena, ifindex, mapped), arena.allocateFrom(JAVA_BYTE, (byte) 1));
            }
        }
        for (byte[] present : present(ifindex)) {
            if (!wanted.contains(boxed(present))) {
                try (Arena arena = Arena.ofConfined()) {
                    map.remove(key(arena, ifindex, present));
                }
            }
        }
    }

    private List<byte[]> present(int ifindex) {
        List<byte[]> found = new ArrayList<>();
        map.forEach((key, value) -> {
            if (key.get(JAVA_INT, IFINDEX) == ifindex) {
                found.add(key.asSlice(ADDRESS, 16).toArray(JAVA_BYTE));
            }
        });
        return found;
    }

    private static MemorySegment key(Arena arena, int ifindex, byte[] address) {
        MemorySegment key = arena.allocate(Layouts.SELF_KEY);
        key.set(JAVA_INT, IFINDEX, ifindex);
        MemorySegment.copy(address, 0, key, JAVA_BYTE, ADDRESS, 16);
        return key;
    }

    /** 16 bytes, IPv4 as {@code ::ffff:a.b.c.d}. */
    private static byte[] mapped(InetAddress address) {
        byte[] raw = address.getAddress();
        if (raw.length == 16) {
            return raw;
        }
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        System.arraycopy(raw, 0, mapped, 12, 4);
        return mapped;
    }

    private static List<Byte> boxed(byte[] bytes) {
        Byte[] boxes = new Byte[bytes.length];
        Arrays.setAll(boxes, i -> bytes[i]);
        return List.of(boxes);
    }
}
