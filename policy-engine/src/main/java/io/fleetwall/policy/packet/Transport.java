package io.fleetwall.policy.packet;

import java.util.Optional;

/** What an IP packet carries. */
public sealed interface Transport {
    /** TCP; flags are the header's 13th byte. */
    record Tcp(int sourcePort, int destinationPort, int flags) implements Transport {
        private static final int SYN = 2;
        private static final int RST = 4;
        private static final int ACK = 16;

        /** Whether it opens a connection. */
        public boolean opens() {
            return (flags & (SYN | ACK)) == SYN;
        }

        /** Whether it is a reset, which is never answered. */
        public boolean resets() {
            return (flags & RST) != 0;
        }
    }

    /** UDP. */
    record Udp(int sourcePort, int destinationPort) implements Transport {}

    /** ICMP over IPv4, or ICMPv6 over IPv6. */
    record Icmp(Version version, int type, Optional<Quote> quote) implements Transport {
        /** Which numbers its types have. */
        public enum Version {
            V4,
            V6
        }
    }

    /** The packet an ICMP error complains about, when it is TCP or UDP and quoted far enough. */
    record Quote(
            Address source,
            Address destination,
            int protocol,
            int sourcePort,
            int destinationPort) {}

    /** The later part of a datagram, without a transport header. */
    record Rest() implements Transport {}

    /** A protocol that no rule can allow. */
    record Other() implements Transport {}
}
