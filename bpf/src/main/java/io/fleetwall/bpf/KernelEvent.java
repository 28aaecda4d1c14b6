package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.verdict.Reason;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The first packet of an allowed flow, or the packets of a denied one since its last event (at most
 * one a second per flow).
 *
 * @param boottimeNanos when, see {@link BootClock}
 * @param stamp the whole slot word it was judged under
 * @param source 16 bytes as in the packet, IPv4 mapped; zeros where there is no address
 * @param destination likewise
 * @param sourcePort 0 to 65535; of an echo request its identifier; 0 where there is none
 * @param destinationPort 0 to 65535; 0 where there is none
 * @param protocol IANA number; 0 where there is none
 * @param rule id of the deciding rule (index into the policy's rules plus one), 0 is none
 * @param nameId of the learned address that decided, 0 is none
 * @param packets including the one that made this event
 * @param bytes of these packets, with link headers
 * @param socket cookie of the socket the last of them came from, see {@link Telemetry#process}; 0
 *     when none was seen
 * @param mode what the policy said to do with a denied packet: AUDIT means it passed
 * @param generation of the table set that judged, see {@link DataPlane#tableSets()}
 */
public record KernelEvent(
        long boottimeNanos,
        int ifindex,
        long stamp,
        byte[] source,
        byte[] destination,
        int sourcePort,
        int destinationPort,
        int protocol,
        Reason reason,
        int rule,
        int nameId,
        long packets,
        long bytes,
        long socket,
        Mode mode,
        long generation) {
    private static final long TIME = offset("time");
    private static final long STAMP = offset("stamp");
    private static final long BYTES = offset("bytes");
    private static final long PACKETS = offset("packets");
    private static final long SOCKET = offset("socket");
    private static final long SOURCE = offset("source");
    private static final long DESTINATION = offset("destination");
    private static final long IFINDEX = offset("ifindex");
    private static final long RULE = offset("rule");
    private static final long NAME = offset("name");
    private static final long SOURCE_PORT = offset("source_port");
    private static final long DESTINATION_PORT = offset("destination_port");
    private static final long PROTOCOL = offset("protocol");
    private static final long REASON = offset("reason");

    /** How many packets a record stands for, without reading the rest. */
    static long packets(MemorySegment event) {
        return event.get(JAVA_LONG, PACKETS);
    }

    /** Reads a record of the ring (struct fw_event). */
    static KernelEvent read(MemorySegment event) {
        SlotWord word = new SlotWord(event.get(JAVA_LONG, STAMP));
        return new KernelEvent(
                event.get(JAVA_LONG, TIME),
                event.get(JAVA_INT, IFINDEX),
                word.bits(),
                event.asSlice(SOURCE, 16).toArray(JAVA_BYTE),
                event.asSlice(DESTINATION, 16).toArray(JAVA_BYTE),
                event.get(JAVA_SHORT, SOURCE_PORT) & 0xffff,
                event.get(JAVA_SHORT, DESTINATION_PORT) & 0xffff,
                event.get(JAVA_BYTE, PROTOCOL) & 0xff,
                Reason.of(event.get(JAVA_BYTE, REASON) & 0xff),
                event.get(JAVA_INT, RULE),
                event.get(JAVA_INT, NAME),
                event.get(JAVA_LONG, PACKETS),
                event.get(JAVA_LONG, BYTES),
                event.get(JAVA_LONG, SOCKET),
                word.mode(),
                word.generation());
    }

    private static long offset(String member) {
        return Layouts.offset(Layouts.EVENT, member);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KernelEvent that
                && boottimeNanos == that.boottimeNanos
                && ifindex == that.ifindex
                && stamp == that.stamp
                && Arrays.equals(source, that.source)
                && Arrays.equals(destination, that.destination)
                && sourcePort == that.sourcePort
                && destinationPort == that.destinationPort
                && protocol == that.protocol
                && reason == that.reason
                && rule == that.rule
                && nameId == that.nameId
                && packets == that.packets
                && bytes == that.bytes
                && socket == that.socket;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(boottimeNanos) * 31 + Arrays.hashCode(destination);
    }
}
