// SPDX-License-Identifier: Apache-2.0
// Whole packets that a raw socket sends (CAP_NET_RAW, which containers have unless it is taken from them).
#include "attack.h"

static int crafted4(struct target *to, struct in_addr from, struct in_addr dest, uint8_t protocol, const void *body, size_t length) {
    struct packet p;
    struct header4 h = {.from = from, .to = dest, .protocol = protocol};
    ip4(&p, &h, body, length);
    (void)to;
    return send4(&p);
}

// ICMP with this type, the mark behind the header; an error quotes a datagram which the receiver could have sent.
static int icmp4(struct target *to) {
    uint8_t m[128] = {(uint8_t)number(to)};
    size_t length = 8;
    if (number(to) == 3 || number(to) == 11 || number(to) == 12) {
        struct packet quote;
        udp4(&quote, to, to->v4.sin_addr, to->own4.sin_addr, 0);
        memcpy(m + length, quote.bytes, quote.length);
        length += quote.length;
    } else {
        memcpy(m + length, to->mark, MARK_BYTES);
        length += MARK_BYTES;
    }
    put16(m + 2, sum(m, length, 0));
    return crafted4(to, to->own4.sin_addr, to->v4.sin_addr, IPPROTO_ICMP, m, length);
}

static int icmp6(struct target *to, const struct in6_addr *dest, uint8_t hops) {
    struct packet p;
    uint8_t m[160] = {(uint8_t)number(to)};
    size_t length = 8;
    if (number(to) < 5) {
        struct packet quote;
        udp6(&quote, to, &to->v6.sin6_addr, &to->own6.sin6_addr, 64);
        memcpy(m + length, quote.bytes, quote.length);
        length += quote.length;
    } else {
        length = 24;
        memcpy(m + 8, dest, 16);
        m[length++] = 14, m[length++] = 2;  // a nonce of 14 bytes (RFC 3971)
        memcpy(m + length, to->mark, MARK_BYTES);
        length += 14;
    }
    ip6(&p, &to->own6.sin6_addr, dest, IPPROTO_ICMPV6, hops, m, length);
    put16(p.bytes + 42, sum(p.bytes + 8, 32 + length, IPPROTO_ICMPV6 + (uint32_t)length));
    return send6(&p);
}

static int icmp6_far(struct target *to) { return icmp6(to, &to->v6.sin6_addr, 64); }
static int icmp6_link(struct target *to) { return icmp6(to, &to->v6.sin6_addr, 255); }

// A payload that a receiver of that protocol would take: tunnels hold a whole packet to the forbidden address.
static size_t payload(struct target *to, int protocol, uint8_t *at) {
    struct packet inner4, inner6;
    size_t start = 0;
    udp4(&inner4, to, to->own4.sin_addr, to->v4.sin_addr, 0);
    udp6(&inner6, to, &to->own6.sin6_addr, &to->v6.sin6_addr, 64);
    memset(at, 0, 64);
    switch (protocol) {
    case 47:  // GRE (RFC 2784)
        put16(at + 2, 0x0800);
        start = 4;
        break;
    case 137: start = 4, at[2] = 1; break;  // MPLS in IP (RFC 4023)
    case 97:                                // EtherIP (RFC 3378)
        at[0] = 0x30;
        start = 2 + ethernet(at + 2, to, 0x0800);
        break;
    case 4: break;
    case 41:
        memcpy(at, inner6.bytes, inner6.length);
        return inner6.length;
    case 132:  // SCTP INIT (RFC 9260), the mark as tag and window
        put16(at, 40000), put16(at + 2, PORT);
        at[12] = 1, put16(at + 14, 20);
        memcpy(at + 16, to->mark, MARK_BYTES);
        put16(at + 24, 1), put16(at + 26, 1);
        return 32;
    case 136:  // UDP-Lite (RFC 3828)
        return udp_body(at, to, PORT);
    default:
        put16(at, 40000), put16(at + 2, PORT);
        memcpy(at + 16, to->mark, MARK_BYTES);
        return 40;
    }
    memcpy(at + start, inner4.bytes, inner4.length);
    return start + inner4.length;
}

static int protocol4(struct target *to) {
    uint8_t body[256];
    size_t length = payload(to, number(to), body);
    return crafted4(to, to->own4.sin_addr, to->v4.sin_addr, (uint8_t)number(to), body, length);
}

static int protocol6(struct target *to) {
    struct packet p;
    uint8_t body[256];
    size_t length = payload(to, number(to), body);
    ip6(&p, &to->own6.sin6_addr, &to->v6.sin6_addr, (uint8_t)number(to), 64, body, length);
    return send6(&p);
}

// A TCP segment with any flags and with data, to and from any port (FLAGS:TO:FROM): no handshake.
static int segment(struct target *to) {
    unsigned flags = 0, port = PORT, from = 40000;
    uint8_t t[20 + MARK_BYTES] = {[12] = 0x50, [14] = 0x20};
    sscanf(to->argument, "%x:%u:%u", &flags, &port, &from);
    put16(t, from);
    put16(t + 2, port);
    t[13] = (uint8_t)flags;
    memcpy(t + 20, to->mark, MARK_BYTES);
    uint8_t pseudo[12] = {[9] = IPPROTO_TCP, [11] = sizeof t};
    memcpy(pseudo, &to->own4.sin_addr, 4), memcpy(pseudo + 4, &to->v4.sin_addr, 4);
    put16(t + 16, sum(t, sizeof t, (uint16_t)~sum(pseudo, sizeof pseudo, 0)));
    return crafted4(to, to->own4.sin_addr, to->v4.sin_addr, IPPROTO_TCP, t, sizeof t);
}

// UDP from and to well-known ports (FROM:TO), as if it were an answer of a service or the link's own business.
static int ports(struct target *to) {
    unsigned from = 0, dest = 0;
    uint8_t body[64];
    size_t length = udp_body(body, to, PORT);
    sscanf(to->argument, "%u:%u", &from, &dest);
    put16(body, from);
    put16(body + 2, dest);
    return crafted4(to, to->own4.sin_addr, to->v4.sin_addr, IPPROTO_UDP, body, length);
}

static int ports6(struct target *to) {
    unsigned from = 0, dest = 0;
    struct packet p;
    uint8_t body[64];
    size_t length = udp_body(body, to, PORT);
    sscanf(to->argument, "%u:%u", &from, &dest);
    put16(body, from);
    put16(body + 2, dest);
    ip6(&p, &to->own6.sin6_addr, &to->v6.sin6_addr, IPPROTO_UDP, 64, body, length);
    return send6(&p);
}

// DNS which connection tracking finds invalid, so that no NAT rule redirects it: "sum" or "length" is wrong.
static int invalid_dns(struct target *to) {
    uint8_t body[64];
    size_t length = udp_body(body, to, 53);
    if (!strcmp(to->argument, "length")) put16(body + 4, 200);
    else put16(body + 6, 0xdead);
    return crafted4(to, to->own4.sin_addr, to->v4.sin_addr, IPPROTO_UDP, body, length);
}

// IPv4 options: a source route by way of the friend, and a list that does not add up behind which one hides.
static int options(struct target *to) {
    uint8_t route[8] = {(uint8_t)number(to), 7, 4}, late[12] = {1, 1, 7, 3, 4, 131, 7, 4}, body[64], *list = route;
    struct header4 h = {.from = to->own4.sin_addr, .to = to->friend4.sin_addr, .protocol = IPPROTO_UDP, .option_bytes = 8};
    struct packet p;
    memcpy(route + 3, &to->v4.sin_addr, 4);
    memcpy(late + 8, &to->v4.sin_addr, 4);
    if (!number(to)) list = late, h.option_bytes = sizeof late;
    h.options = list;
    ip4(&p, &h, body, udp_body(body, to, PORT));
    return send4(&p);
}

// A routing header by way of the friend, of any type.
static int routing(struct target *to) {
    struct packet p;
    uint8_t body[64] = {IPPROTO_UDP, 2, (uint8_t)number(to), 1};
    memcpy(body + 8, &to->v6.sin6_addr, 16);
    size_t length = 24 + udp_body(body + 24, to, PORT);
    ip6(&p, &to->own6.sin6_addr, &to->friend6.sin6_addr, 43, 64, body, length);
    return send6(&p);
}

// IPv6 on the wire to the mapped form of an address, which no socket would send.
static int mapped_wire(struct target *to) {
    struct in6_addr dest = {.s6_addr = {[10] = 0xff, [11] = 0xff}};
    struct packet p;
    uint8_t body[64];
    memcpy(dest.s6_addr + 12, strcmp(to->argument, "self") ? (void *)&to->v4.sin_addr : (void *)&to->own4.sin_addr, 4);
    if (!strcmp(to->argument, "self")) dest.s6_addr[15] = 1;  // the node's end of the link is .1
    ip6(&p, &to->own6.sin6_addr, &dest, IPPROTO_UDP, 64, body, udp_body(body, to, strcmp(to->argument, "self") ? PORT : 53));
    return send6(&p);
}

// In the attacker's name to a friend: whoever answers, answers the attacker. With one hop the node itself does,
// and quotes the packet (RFC 1812 4.3.2.3, RFC 4443 2.4).
static int reflected4(struct target *to) {
    struct packet p;
    udp4(&p, to, to->v4.sin_addr, to->friend4.sin_addr, (uint8_t)number(to));
    return send4(&p);
}

static int reflected6(struct target *to) {
    struct packet p;
    udp6(&p, to, &to->v6.sin6_addr, &to->friend6.sin6_addr, (uint8_t)number(to));
    return send6(&p);
}

const struct technique packet_techniques[] = {
    {"icmp4", icmp4},         {"icmp6", icmp6_far},         {"icmp6-link", icmp6_link}, {"protocol4", protocol4},
    {"protocol6", protocol6}, {"segment", segment}, {"ports", ports}, {"ports6", ports6},         {"invalid-dns", invalid_dns}, {"options", options},
    {"routing", routing},     {"mapped-wire", mapped_wire}, {"reflected4", reflected4}, {"reflected6", reflected6},
    {0, 0},
};
