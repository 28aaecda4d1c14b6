package io.fleetwall.policy.packet;

import io.fleetwall.policy.packet.Packet.Fragment;
import io.fleetwall.policy.packet.Transport.Icmp;
import io.fleetwall.policy.packet.Transport.Icmp.Version;
import io.fleetwall.policy.packet.Transport.Other;
import io.fleetwall.policy.packet.Transport.Quote;
import io.fleetwall.policy.packet.Transport.Rest;
import io.fleetwall.policy.packet.Transport.Tcp;
import io.fleetwall.policy.packet.Transport.Udp;
import java.util.Optional;

/** What follows the IP headers. */
final class TransportParser {
    static final int TCP = 6;
    static final int UDP = 17;
    static final int ICMP = 1;
    static final int ICMPV6 = 58;

    private static final int TCP_HEADER = 20;
    private static final int SHORT_HEADER = 8;

    private TransportParser() {}

    static Transport parse(
            FrameCursor cursor, Version version, int protocol, Optional<Fragment> fragment)
            throws UnparsedException {
        int offset = fragment.map(Fragment::offset).orElse(0);
        if (offset > 0 && offset < TCP_HEADER) {
            throw new UnparsedException(Flaw.FRAGMENT_TINY); // RFC 1858: overlaps a TCP header.
        }
        if (offset > 0) {
            return new Rest();
        }
        Flaw cut = fragment.isPresent() ? Flaw.FRAGMENT_TINY : Flaw.TRUNCATED;
        if (protocol == TCP) {
            cursor.require(TCP_HEADER, cut);
            return new Tcp(cursor.u16(0), cursor.u16(2), cursor.u8(13));
        }
        if (protocol == UDP) {
            cursor.require(SHORT_HEADER, cut);
            return new Udp(cursor.u16(0), cursor.u16(2));
        }
        if (protocol == (version == Version.V4 ? ICMP : ICMPV6)) {
            cursor.require(SHORT_HEADER, cut);
            return icmp(cursor, version);
        }
        return new Other();
    }

    private static Icmp icmp(FrameCursor cursor, Version version) throws UnparsedException {
        int type = cursor.u8(0);
        cursor.skip(SHORT_HEADER);
        Optional<Quote> quote =
                switch (version) {
                    case V4 -> quotedIpv4(cursor);
                    case V6 -> quotedIpv6(cursor);
                };
        return new Icmp(version, type, quote);
    }

    private static Optional<Quote> quotedIpv4(FrameCursor cursor) throws UnparsedException {
        if (cursor.remaining() < 28 || cursor.u8(0) >> 4 != 4) {
            return Optional.empty();
        }
        int header = (cursor.u8(0) & 0xf) * 4;
        boolean later = (cursor.u16(6) & 0x1fff) != 0;
        if (header < 20 || later || cursor.remaining() < header + 8) {
            return Optional.empty();
        }
        return quote(cursor, header, cursor.address(12, 4), cursor.address(16, 4));
    }

    private static Optional<Quote> quotedIpv6(FrameCursor cursor) throws UnparsedException {
        if (cursor.remaining() < 48 || cursor.u8(0) >> 4 != 6) {
            return Optional.empty();
        }
        return quote(cursor, 40, cursor.address(8, 16), cursor.address(24, 16));
    }

    private static Optional<Quote> quote(
            FrameCursor cursor, int header, Address source, Address destination)
            throws UnparsedException {
        int protocol = header == 40 && cursor.u8(0) >> 4 == 6 ? cursor.u8(6) : cursor.u8(9);
        if (protocol != TCP && protocol != UDP) {
            return Optional.empty();
        }
        return Optional.of(
                new Quote(
                        source,
                        destination.canonical(),
                        protocol,
                        cursor.u16(header),
                        cursor.u16(header + 2)));
    }
}
