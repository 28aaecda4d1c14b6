package io.fleetwall.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetwall.policy.packet.FrameParser;
import io.fleetwall.policy.packet.Packet;
import io.fleetwall.policy.packet.Transport;
import io.fleetwall.policy.verdict.Judgement;
import java.util.Arrays;

/** Looks at the answer to a denied packet: is it what the sender's stack takes for one? */
final class Answer {
    private Answer() {}

    /**
     * Checks addresses and checksums against the denied frame; tells a reset from a prohibition.
     */
    static Judgement.Action check(byte[] denied, byte[] answer, LinkKind kind) {
        Packet from = packet(denied, kind);
        Packet to = packet(answer, kind);
        assertEquals(from.destination(), to.source(), "comes from where it was sent");
        assertEquals(from.source(), to.destination(), "goes to the sender");
        int l3 = kind == LinkKind.RAW_L3 ? 0 : l3(answer);
        if (kind == LinkKind.ETHERNET) {
            assertEquals(hex(denied, 6, 12), hex(answer, 0, 6), "to the sender's MAC");
            assertEquals(hex(denied, 0, 6), hex(answer, 6, 12), "from the receiver's MAC");
            assertEquals(hex(denied, 12, l3), hex(answer, 12, l3), "the same tags");
        }
        checksums(answer, l3, to);
        return switch (to.transport()) {
            case Transport.Tcp tcp when tcp.resets() -> Judgement.Action.RESET;
            case Transport.Icmp icmp when icmp.type() == (to.source().isIpv4() ? 3 : 1) -> {
                int code = answer[l3 + (to.source().isIpv4() ? 21 : 41)];
                assertEquals(to.source().isIpv4() ? 13 : 1, code, "administratively prohibited");
                yield Judgement.Action.PROHIBITED;
            }
            default -> throw new AssertionError("answered by " + to);
        };
    }

    private static Packet packet(byte[] frame, LinkKind kind) {
        io.fleetwall.policy.packet.LinkKind link =
                kind == LinkKind.ETHERNET
                        ? io.fleetwall.policy.packet.LinkKind.ETHERNET
                        : io.fleetwall.policy.packet.LinkKind.RAW;
        return (Packet) FrameParser.parse(frame, link);
    }

    private static int l3(byte[] frame) {
        int at = 12;
        while (u16(frame, at) == 0x8100 || u16(frame, at) == 0x88a8) {
            at += 4;
        }
        return at + 2;
    }

    private static void checksums(byte[] frame, int l3, Packet packet) {
        boolean four = packet.source().isIpv4();
        int l4 = l3 + (four ? 20 : 40);
        assertEquals(frame.length, four ? l3 + u16(frame, l3 + 2) : l4 + u16(frame, l3 + 4));
        if (four) {
            assertEquals(0xffff, fold(sum(frame, l3, l4)), "IPv4 header checksum");
        }
        long pseudo = sum(frame, l3 + (four ? 12 : 8), l4) + frame.length - l4 + packet.protocol();
        boolean icmp4 = packet.protocol() == 1;
        assertEquals(
                0xffff,
                fold(sum(frame, l4, frame.length) + (icmp4 ? 0 : pseudo)),
                "transport checksum");
    }

    private static long sum(byte[] frame, int from, int to) {
        byte[] even = Arrays.copyOfRange(frame, from, to + (to - from) % 2);
        if (even.length > to - from) {
            even[even.length - 1] = 0;
        }
        long sum = 0;
        for (int i = 0; i < even.length; i += 2) {
            sum += u16(even, i);
        }
        return sum;
    }

    private static long fold(long sum) {
        long folded = sum;
        while (folded > 0xffff) {
            folded = (folded & 0xffff) + (folded >> 16);
        }
        return folded;
    }

    private static int u16(byte[] frame, int at) {
        return (frame[at] & 0xff) << 8 | (frame[at + 1] & 0xff);
    }

    private static String hex(byte[] frame, int from, int to) {
        return java.util.HexFormat.of().formatHex(frame, from, to);
    }
}
