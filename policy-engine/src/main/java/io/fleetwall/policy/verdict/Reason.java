package io.fleetwall.policy.verdict;

/**
 * Why a packet got its verdict. The number is the same in the BPF program ({@code reason.h}),
 * metrics, events and errors, and is never reused.
 */
public enum Reason {
    /** A rule allows it. */
    ALLOWED_BY_RULE(0, true),
    /** No rule names it and the policy's default is allow. */
    ALLOWED_BY_DEFAULT(1, true),
    /** A rule denies it. */
    DENIED_BY_RULE(2, false),
    /** No rule names it and the policy's default is deny. */
    DENIED_BY_DEFAULT(3, false),
    /** The frame ends inside a header. */
    TRUNCATED(4, false),
    /** An ethertype that is neither IP nor ARP. */
    NOT_IP(5, false),
    /** More than two VLAN tags. */
    VLAN_DEPTH(6, false),
    /** An IP header that contradicts itself: version, header length, total length. */
    MALFORMED(7, false),
    /** More IPv6 extension headers than the parser follows. */
    EXTENSION_CHAIN(8, false),
    /** IPv4 loose/strict source route, or an IPv6 routing header with segments left. */
    SOURCE_ROUTE(9, false),
    /** A later fragment whose first fragment was not allowed. */
    FRAGMENT_UNKNOWN(10, false),
    /**
     * A first fragment without its whole transport header, one that overlaps it (RFC 1858), or one
     * that moves it by IPv6 options to where a later fragment could.
     */
    FRAGMENT_TINY(11, false),
    /** An IP protocol that no rule can allow. */
    PROTOCOL(12, false),
    /** An ICMP or ICMPv6 type that only routers or attackers send, or an error of no known flow. */
    ICMP_TYPE(13, false),
    /** DNS (53) or encrypted DNS (853) to anything but the node's proxy. */
    DNS_ELSEWHERE(14, false),
    /** The interface has no table set (yet). */
    NO_TABLE_SET(15, false),
    /** The address was learned from DNS and has expired. */
    LEARNED_EXPIRED(16, false),
    /** A table the program needs is full or missing. */
    TABLE_FAULT(17, false),
    /** ARP. */
    ALLOWED_ARP(18, true),
    /** Neighbour discovery or multicast listener report on the link. */
    ALLOWED_NEIGHBOUR(19, true),
    /** An ICMP error that quotes a known flow. */
    ALLOWED_ICMP_ERROR(20, true),
    /** DNS to the node's own proxy. */
    ALLOWED_DNS_PROXY(21, true),
    /** A later fragment of an allowed datagram. */
    ALLOWED_FRAGMENT(22, true),
    /** A machine's answer to a call that came in to one of its listed ports. */
    ALLOWED_REPLY(23, true),
    /** A machine's DHCP: to its own link, or to the server that answered it. */
    ALLOWED_DHCP(24, true),
    /** The agent itself sends it, over the uplink of a machine that is a runner. */
    ALLOWED_AGENT(25, true),
    /** The source is no address of its sender: the answer would go to somebody else. */
    SOURCE_SPOOFED(26, false),
    /** The last device is to write a checksum over what was judged. */
    CHECKSUM_OFFSET(27, false);

    private final int number;
    private final boolean allowed;

    Reason(int number, boolean allowed) {
        this.number = number;
        this.allowed = allowed;
    }

    /** The stable number. */
    public int number() {
        return number;
    }

    /** Whether a packet with this reason passes (in enforce mode). */
    public boolean allowed() {
        return allowed;
    }

    /** The reason with a number, for events that come from the kernel. */
    public static Reason of(int number) {
        for (Reason reason : values()) {
            if (reason.number == number) {
                return reason;
            }
        }
        throw new IllegalArgumentException("no reason has the number " + number);
    }
}
