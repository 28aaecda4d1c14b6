package io.fleetwall.policy.packet;

import io.fleetwall.policy.packet.Packet.Fragment;
import io.fleetwall.policy.packet.Packet.Receivers;
import io.fleetwall.policy.packet.Transport.Icmp.Version;
import java.util.Optional;

/** RFC 8200, with its extension headers followed as far as a limit. */
final class Ipv6 {
    /** Shared with {@code FW_EXTENSION_HEADERS}: real packets have one or two. */
    static final int MAX_EXTENSIONS = 6;

    private static final int HEADER = 40;
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int DESTINATION_OPTIONS = 60;

    private final FrameCursor cursor;
    private int next;
    private Optional<Fragment> fragment = Optional.empty();

    private Ipv6(FrameCursor cursor, int next) {
        this.cursor = cursor;
        this.next = next;
    }

    static Packet parse(FrameCursor cursor, Receivers link) throws UnparsedException {
        int room = cursor.remaining();
        cursor.require(HEADER, Flaw.TRUNCATED);
        int payload = cursor.u16(4);
        int next = cursor.u8(6);
        boolean jumbo = payload == 0 && next == HOP_BY_HOP; // RFC 2675
        Address source = cursor.address(8, 16);
        Address destination = cursor.address(24, 16);
        // Mapped addresses are a form of writing, never one of sending (RFC 6890).
        boolean mapped = source.isIpv4() || destination.isIpv4();
        if (cursor.u8(0) >> 4 != 6 || mapped || jumbo) {
            throw new UnparsedException(Flaw.MALFORMED);
        }
        cursor.limit(HEADER + payload);
        int hopLimit = cursor.u8(7);
        cursor.skip(HEADER);
        Ipv6 chain = new Ipv6(cursor, next);
        chain.follow();
        Transport transport = TransportParser.parse(cursor, Version.V6, chain.next, chain.fragment);
        return new Packet(
                source,
                destination,
                chain.next,
                hopLimit,
                room,
                receivers(link, source, destination),
                chain.fragment,
                transport);
    }

    static Receivers receivers(Receivers link, Address source, Address destination) {
        boolean many =
                link == Receivers.MANY
                        || source.isGroup()
                        || destination.isGroup()
                        || destination.canonical().isGroup();
        return many ? Receivers.MANY : Receivers.ONE;
    }

    /** Moves to the transport header, or to the data of a later fragment. */
    private void follow() throws UnparsedException {
        boolean fragmented = false;
        for (int headers = 0; isExtension(next); headers++) {
            if (headers == MAX_EXTENSIONS || (fragmented && next == FRAGMENT)) {
                throw new UnparsedException(Flaw.EXTENSION_CHAIN);
            }
            if (next == FRAGMENT) {
                fragmented = true;
                fragmentHeader();
                if (fragment.isPresent() && fragment.get().offset() > 0) {
                    return;
                }
            } else {
                optionHeader();
            }
        }
    }

    private void fragmentHeader() throws UnparsedException {
        cursor.require(8, Flaw.TRUNCATED);
        int field = cursor.u16(2);
        int offset = field & 0xfff8;
        boolean atomic = offset == 0 && (field & 1) == 0;
        next = cursor.u8(0);
        if (!atomic) {
            fragment = Optional.of(new Fragment(next, cursor.u32(4), offset));
        }
        // Options would move the transport header to where a later fragment can lie over it.
        if (!atomic && offset == 0 && isExtension(next)) {
            throw new UnparsedException(Flaw.FRAGMENT_TINY);
        }
        cursor.skip(8);
    }

    private void optionHeader() throws UnparsedException {
        cursor.require(8, Flaw.TRUNCATED);
        int length = 8 + cursor.u8(1) * 8;
        cursor.require(length, Flaw.TRUNCATED);
        if (next == ROUTING && cursor.u8(3) > 0) {
            throw new UnparsedException(Flaw.SOURCE_ROUTE);
        }
        next = cursor.u8(0);
        cursor.skip(length);
    }

    private static boolean isExtension(int header) {
        return header == HOP_BY_HOP
                || header == ROUTING
                || header == FRAGMENT
                || header == DESTINATION_OPTIONS;
    }
}
