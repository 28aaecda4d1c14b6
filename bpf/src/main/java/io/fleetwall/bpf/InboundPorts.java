package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;

/** The ports that may be called over an uplink (struct fw_inbound_port). */
final class InboundPorts {
    private static final long IFINDEX = Layouts.offset(Layouts.INBOUND_PORT, "ifindex");
    private static final long PORT = Layouts.offset(Layouts.INBOUND_PORT, "port");
    private static final long PROTOCOL = Layouts.offset(Layouts.INBOUND_PORT, "protocol");

    private final KeptMap map;

    InboundPorts(KeptMap map) {
        this.map = map;
    }

    /** What may be called over an interface now. */
    Set<InboundPort> of(int ifindex) {
        Set<InboundPort> found = new HashSet<>();
        map.forEach((key, value) -> {
            if (key.get(JAVA_INT, IFINDEX) == ifindex) {
                found.add(
                        new InboundPort(
                                InboundPort.Protocol.of(key.get(JAVA_BYTE, PROTOCOL)),
                                key.get(JAVA_SHORT, PORT) & 0xffff));
            }
        });
        return found;
    }

    /** Adds what is new, then removes what is no more: a port that stays is never missing. */
    void replace(int ifindex, Set<InboundPort> wanted) {
        Set<InboundPort> present = of(ifindex);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment listed = arena.allocateFrom(JAVA_BYTE, (byte) 1);
            for (InboundPort port : wanted) {
                map.put(key(arena, ifindex, port), listed);
            }
            for (InboundPort port : present) {
                if (!wanted.contains(port)) {
                    map.remove(key(arena, ifindex, port));
                }
            }
        }
    }

    private static MemorySegment key(Arena arena, int ifindex, InboundPort port) {
        MemorySegment key = arena.allocate(Layouts.INBOUND_PORT);
        key.set(JAVA_INT, IFINDEX, ifindex);
        key.set(JAVA_SHORT, PORT, (short) port.port());
        key.set(JAVA_BYTE, PROTOCOL, port.protocol().number());
        return key;
    }
}
