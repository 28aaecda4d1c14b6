// SPDX-License-Identifier: Apache-2.0
// Datagrams in pieces, and IPv6 headers in chains.
#include "attack.h"

#define MORE 0x2000

// One fragment: `word` as in the header (flag and offset in units of eight bytes).
static int piece4(struct target *to, struct in_addr dest, uint16_t word, uint8_t protocol, const void *body, size_t length) {
    struct packet p;
    struct header4 h = {.from = to->own4.sin_addr, .to = dest, .fragment = word, .protocol = protocol};
    h.id = (uint16_t)(to->mark[6] << 8 | to->mark[7]);
    ip4(&p, &h, body, length);
    return send4(&p);
}

static int piece6(struct target *to, const struct in6_addr *dest, uint16_t word, uint8_t next, const void *body, size_t length) {
    struct packet p;
    uint8_t all[512] = {next};
    put16(all + 2, word);
    memcpy(all + 4, to->mark + 4, 4);
    memcpy(all + 8, body, length);
    ip6(&p, &to->own6.sin6_addr, dest, 44, 64, all, 8 + length);
    return send6(&p);
}

static int best(int a, int b) { return a < b ? a : b; }

// A TCP header with the mark behind it; a segment to the friend when it is to hide something.
static void tcp_body(uint8_t *at, struct target *to) {
    memset(at, 0, 20);
    put16(at, 40000), put16(at + 2, PORT);
    at[12] = 0x50, at[13] = 0x18;
    memcpy(at + 20, to->mark, MARK_BYTES);
}

static int fragments4(struct target *to) {
    uint8_t tcp[64] = {0}, udp[64] = {0};
    const char *how = to->argument;
    struct in_addr dest = to->v4.sin_addr;
    tcp_body(tcp, to);
    udp_body(udp, to, PORT);
    if (!strcmp(how, "later")) return piece4(to, dest, 6, IPPROTO_UDP, to->mark, MARK_BYTES);
    if (!strcmp(how, "tiny")) {  // the TCP header itself in two pieces
        int first = piece4(to, dest, MORE, IPPROTO_TCP, to->mark, MARK_BYTES);
        return best(first, piece4(to, dest, 1, IPPROTO_TCP, tcp + 8, 20));
    }
    if (!strcmp(how, "overlap")) {  // the second piece writes over the first one's flags
        int first = piece4(to, dest, MORE, IPPROTO_TCP, tcp, 24);
        return best(first, piece4(to, dest, 1, IPPROTO_TCP, tcp + 8, 20));
    }
    if (!strcmp(how, "pair")) {
        put16(udp + 4, 24 + MARK_BYTES);
        int first = piece4(to, dest, MORE, IPPROTO_UDP, udp, 24);
        return best(first, piece4(to, dest, 3, IPPROTO_UDP, to->mark, MARK_BYTES));
    }
    if (!strcmp(how, "reversed")) {
        int last = piece4(to, dest, 3, IPPROTO_UDP, to->mark, MARK_BYTES);
        return best(last, piece4(to, dest, MORE, IPPROTO_UDP, udp, 24));
    }
    if (!strcmp(how, "borrowed")) {  // the friend's first fragment, the attacker's later one with the same identifier
        piece4(to, to->friend4.sin_addr, MORE, IPPROTO_UDP, "\x9c\x40\x01\xbb\x00\x20\0\0________________", 24);
        return piece4(to, dest, 3, IPPROTO_UDP, to->mark, MARK_BYTES);
    }
    return USAGE;
}

static int fragments6(struct target *to) {
    uint8_t udp[64] = {0}, nested[64] = {IPPROTO_UDP};
    const char *how = to->argument;
    const struct in6_addr *dest = &to->v6.sin6_addr;
    size_t length = udp_body(udp, to, PORT);
    if (!strcmp(how, "later")) return piece6(to, dest, 6 << 3, IPPROTO_UDP, to->mark, MARK_BYTES);
    if (!strcmp(how, "atomic")) return piece6(to, dest, 0, IPPROTO_UDP, udp, length);
    if (!strcmp(how, "tiny")) return piece6(to, dest, 1, IPPROTO_TCP, to->mark, MARK_BYTES);
    if (!strcmp(how, "headless")) return piece6(to, dest, 1, 60, to->mark, MARK_BYTES);
    if (!strcmp(how, "pair")) {
        put16(udp + 4, 24 + MARK_BYTES);
        int first = piece6(to, dest, 1, IPPROTO_UDP, udp, 24);
        return best(first, piece6(to, dest, 3 << 3, IPPROTO_UDP, to->mark, MARK_BYTES));
    }
    if (!strcmp(how, "nested")) {
        memcpy(nested + 8, udp, length);
        return piece6(to, dest, 0, 44, nested, 8 + length);
    }
    if (!strcmp(how, "borrowed")) {
        piece6(to, &to->friend6.sin6_addr, 1, IPPROTO_UDP, "\x9c\x40\x01\xbb\x00\x20\0\0________________", 24);
        return piece6(to, dest, 3 << 3, IPPROTO_UDP, to->mark, MARK_BYTES);
    }
    return USAGE;
}

// KIND:COUNT extension headers of eight bytes before the UDP header; the kind 59 ends the chain, with data behind it.
static int chain(struct target *to) {
    struct packet p;
    uint8_t body[512] = {0};
    int kind = 60, count = 2;
    size_t at = 0;
    sscanf(to->argument, "%d:%d", &kind, &count);
    for (int i = 0; i < count; i++, at += 8) {
        body[at] = (uint8_t)(i + 1 < count ? (kind ? kind : 60) : IPPROTO_UDP);
        body[at + 2] = 1, body[at + 3] = 4;
    }
    at += udp_body(body + at, to, PORT);
    ip6(&p, &to->own6.sin6_addr, &to->v6.sin6_addr, (uint8_t)kind, 64, body, at);
    return send6(&p);
}

const struct technique fragment_techniques[] = {
    {"fragments4", fragments4}, {"fragments6", fragments6}, {"chain", chain}, {0, 0},
};
