// SPDX-License-Identifier: Apache-2.0
// Ordinary sockets with odd addresses and options: another dress of the address, a detour, a foreign name.
#include "attack.h"

#include <linux/ipv6.h>
#include <linux/seg6.h>
#include <netinet/ip.h>

static int to6(struct target *to, const struct in6_addr *address, int port) {
    struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port), .sin6_addr = *address};
    int fd = socket(AF_INET6, SOCK_DGRAM, 0);
    if (fd < 0) return cannot("socket");
    return sendto(fd, to->mark, MARK_BYTES, 0, (struct sockaddr *)&a, sizeof a) < 0 ? fail("sendto") : SENT;
}

// The forbidden IPv4 address inside an IPv6 one: `prefix` with the address at byte `at`.
static int embedded(struct target *to) {
    static const struct { const char *form, *prefix; int at; uint8_t mask; } forms[] = {
        {"mapped", "::ffff:0:0", 12, 0},         {"nat64", "64:ff9b::", 12, 0}, {"6to4", "2002::1", 2, 0},
        {"teredo", "2001:0:c000:20a::", 12, 0xff}, {"compatible", "::", 12, 0},   {"nat64-local", "64:ff9b:1::", 12, 0},
        {"translated", "::ffff:0:0:0", 12, 0},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (strcmp(forms[i].form, to->argument)) continue;
        struct in6_addr a;
        const uint8_t *v4 = (const uint8_t *)&to->v4.sin_addr;
        inet_pton(AF_INET6, forms[i].prefix, &a);
        for (int b = 0; b < 4; b++) a.s6_addr[forms[i].at + b] = v4[b] ^ forms[i].mask;
        return to6(to, &a, PORT);
    }
    return USAGE;
}

// A source route: the packet is addressed to the friend, which is to send it on (RFC 791).
static int source_route(struct target *to) {
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0) return cannot("socket");
    uint8_t option[8] = {(uint8_t)number(to), 7, 4, 0, 0, 0, 0, 0};
    memcpy(option + 3, &to->friend4.sin_addr, 4);
    if (setsockopt(fd, IPPROTO_IP, IP_OPTIONS, option, sizeof option)) return cannot("IP_OPTIONS");
    return sendto(fd, to->mark, MARK_BYTES, 0, (struct sockaddr *)&to->v4, sizeof to->v4) < 0 ? fail("sendto") : SENT;
}

// The same in IPv6: a segment routing header, which no capability is needed for (RFC 8754).
static int segment_route(struct target *to) {
    uint8_t header[8 + 32] = {0, 4, 4, 1, 1};
    int fd = socket(AF_INET6, SOCK_DGRAM, 0);
    if (fd < 0) return cannot("socket");
    memcpy(header + 8, &to->v6.sin6_addr, 16);
    memcpy(header + 24, &to->friend6.sin6_addr, 16);
    if (setsockopt(fd, IPPROTO_IPV6, IPV6_RTHDR, header, sizeof header)) return cannot("IPV6_RTHDR");
    return sendto(fd, to->mark, MARK_BYTES, 0, (struct sockaddr *)&to->v6, sizeof to->v6) < 0 ? fail("sendto") : SENT;
}

// A datagram to a friend in the name of the attacker, who gets the friend's answers. Only the source is forbidden.
static int borrowed_name6(struct target *to) {
    struct sockaddr_in6 from = to->v6;
    int fd = socket(AF_INET6, SOCK_DGRAM, 0), on = 1;
    if (fd < 0) return cannot("socket");
    from.sin6_port = htons(40001);
    if (setsockopt(fd, IPPROTO_IPV6, IPV6_FREEBIND, &on, sizeof on)) return cannot("IPV6_FREEBIND");
    if (bind(fd, (struct sockaddr *)&from, sizeof from)) return cannot("bind");
    return sendto(fd, to->mark, MARK_BYTES, 0, (struct sockaddr *)&to->friend6, sizeof to->friend6) < 0 ? fail("sendto") : SENT;
}

static int group(struct target *to) {
    int six = strchr(to->argument, ':') != 0, on = 1, fd = socket(six ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
    if (fd < 0) return cannot("socket");
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    struct sockaddr_in6 b = {.sin6_family = AF_INET6, .sin6_port = htons(PORT), .sin6_scope_id = if_nametoindex(to->interface)};
    inet_pton(six ? AF_INET6 : AF_INET, to->argument, six ? (void *)&b.sin6_addr : (void *)&a.sin_addr);
    setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof on);
    setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &(int){8}, sizeof(int));
    struct ip_mreqn way = {.imr_ifindex = (int)if_nametoindex(to->interface)};
    setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &way, sizeof way);
    const void *address = six ? (void *)&b : (void *)&a;
    return sendto(fd, to->mark, MARK_BYTES, 0, address, six ? sizeof b : sizeof a) < 0 ? fail("sendto") : SENT;
}

// Marks and priorities by which a firewall might know its own agent.
static int marked(struct target *to) {
    static const unsigned marks[] = {1, 0x10, 0x80, 0x100, 0xf1ee, 0xcafe, 0x20000, 0x40000000, 0x80000000, 0xffffffff};
    int sent = 0;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        int fd = socket(AF_INET, SOCK_DGRAM, 0);
        if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_MARK, &marks[i], sizeof marks[i])) return cannot("SO_MARK");
        setsockopt(fd, SOL_SOCKET, SO_PRIORITY, &marks[i], sizeof marks[i]);
        setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, to->interface, (socklen_t)strlen(to->interface));
        sent |= sendto(fd, to->mark, MARK_BYTES, 0, (struct sockaddr *)&to->v4, sizeof to->v4) > 0;
        close(fd);
    }
    return sent ? SENT : fail("sendto");
}

const struct technique odd_techniques[] = {
    {"embedded", embedded}, {"source-route", source_route}, {"segment-route", segment_route},
    {"borrowed-name6", borrowed_name6}, {"group", group}, {"marked", marked}, {0, 0},
};
