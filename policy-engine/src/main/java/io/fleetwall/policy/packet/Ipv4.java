package io.fleetwall.policy.packet;

import io.fleetwall.policy.packet.Packet.Fragment;
import io.fleetwall.policy.packet.Packet.Receivers;
import io.fleetwall.policy.packet.Transport.Icmp.Version;
import java.util.Optional;

/** RFC 791. */
final class Ipv4 {
    private static final int HEADER = 20;
    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int OPTION_END = 0;
    private static final int OPTION_NOP = 1;
    private static final int OPTION_LOOSE_ROUTE = 131;
    private static final int OPTION_STRICT_ROUTE = 137;

    private Ipv4() {}

    static Packet parse(FrameCursor cursor, Receivers link) throws UnparsedException {
        int room = cursor.remaining();
        cursor.require(HEADER, Flaw.TRUNCATED);
        int header = (cursor.u8(0) & 0xf) * 4;
        int total = cursor.u16(2);
        if (cursor.u8(0) >> 4 != 4 || header < HEADER || total < header) {
            throw new UnparsedException(Flaw.MALFORMED);
        }
        cursor.limit(total);
        options(cursor, header);
        Address source = cursor.address(12, 4);
        Address destination = cursor.address(16, 4);
        int protocol = cursor.u8(9);
        int hopLimit = cursor.u8(8);
        Optional<Fragment> fragment = fragment(cursor, protocol);
        cursor.skip(header);
        Transport transport = TransportParser.parse(cursor, Version.V4, protocol, fragment);
        return new Packet(
                source,
                destination,
                protocol,
                hopLimit,
                room,
                Ipv6.receivers(link, source, destination),
                fragment,
                transport);
    }

    private static Optional<Fragment> fragment(FrameCursor cursor, int protocol)
            throws UnparsedException {
        int field = cursor.u16(6);
        int offset = (field & 0x1fff) * 8;
        return offset == 0 && (field & MORE_FRAGMENTS) == 0
                ? Optional.empty()
                : Optional.of(new Fragment(protocol, cursor.u16(4), offset));
    }

    private static void options(FrameCursor cursor, int header) throws UnparsedException {
        int at = HEADER;
        while (at < header && cursor.u8(at) != OPTION_END) {
            int option = cursor.u8(at);
            if (option == OPTION_LOOSE_ROUTE || option == OPTION_STRICT_ROUTE) {
                throw new UnparsedException(Flaw.SOURCE_ROUTE);
            }
            if (option == OPTION_NOP) {
                at++;
                continue;
            }
            int length = at + 1 < header ? cursor.u8(at + 1) : 0;
            if (length < 2 || at + length > header) {
                throw new UnparsedException(Flaw.MALFORMED);
            }
            at += length;
        }
    }
}
