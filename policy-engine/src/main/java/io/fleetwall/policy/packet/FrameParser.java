package io.fleetwall.policy.packet;

import io.fleetwall.policy.packet.Packet.Receivers;
import io.fleetwall.policy.packet.Parsed.Arp;
import io.fleetwall.policy.packet.Parsed.Unparsed;

/**
 * The reference parser: what {@code parse.h} does in the kernel, written for reading and not for
 * speed.
 */
public final class FrameParser {
    private static final int ETHERNET_HEADER = 14;
    private static final int ARP = 28;

    /** What the least size of an Ethernet frame asks for. */
    private static final int ARP_PADDING = 18;

    private static final int MAX_TAGS = 2;
    private static final int TYPE_IPV4 = 0x0800;
    private static final int TYPE_ARP = 0x0806;
    private static final int TYPE_IPV6 = 0x86dd;

    private FrameParser() {}

    /** What a frame is. */
    public static Parsed parse(byte[] frame, LinkKind kind) {
        FrameCursor cursor = new FrameCursor(frame);
        try {
            return switch (kind) {
                case ETHERNET -> ethernet(cursor);
                case RAW -> raw(cursor);
            };
        } catch (UnparsedException e) {
            return new Unparsed(e.flaw());
        }
    }

    private static Parsed ethernet(FrameCursor cursor) throws UnparsedException {
        Receivers receivers = (cursor.u8(0) & 1) == 0 ? Receivers.ONE : Receivers.MANY;
        int type = cursor.u16(12);
        cursor.skip(ETHERNET_HEADER);
        for (int tags = 0; type == 0x8100 || type == 0x88a8; tags++) {
            if (tags == MAX_TAGS) {
                throw new UnparsedException(Flaw.VLAN_DEPTH);
            }
            type = cursor.u16(2);
            cursor.skip(4);
        }
        return switch (type) {
            case TYPE_ARP -> arp(cursor);
            case TYPE_IPV4 -> Ipv4.parse(cursor, receivers);
            case TYPE_IPV6 -> Ipv6.parse(cursor, receivers);
            default -> throw new UnparsedException(Flaw.NOT_IP);
        };
    }

    /** A question or an answer about IPv4 over Ethernet (RFC 826), and nothing beside it. */
    private static Parsed arp(FrameCursor cursor) throws UnparsedException {
        cursor.require(ARP, Flaw.TRUNCATED);
        boolean ipv4OverEthernet = cursor.u32(0) == 0x0001_0800 && cursor.u16(4) == 0x0604;
        boolean asksOrAnswers = cursor.u16(6) == 1 || cursor.u16(6) == 2;
        cursor.skip(ARP);
        if (!ipv4OverEthernet || !asksOrAnswers || cursor.remaining() > ARP_PADDING) {
            throw new UnparsedException(Flaw.MALFORMED);
        }
        for (int at = 0; at < cursor.remaining(); at++) {
            if (cursor.u8(at) != 0) {
                throw new UnparsedException(Flaw.MALFORMED);
            }
        }
        return new Arp();
    }

    private static Parsed raw(FrameCursor cursor) throws UnparsedException {
        return switch (cursor.u8(0) >> 4) {
            case 4 -> Ipv4.parse(cursor, Receivers.ONE);
            case 6 -> Ipv6.parse(cursor, Receivers.ONE);
            default -> throw new UnparsedException(Flaw.NOT_IP);
        };
    }
}
