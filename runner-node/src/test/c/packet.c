// SPDX-License-Identifier: Apache-2.0
// Builds packets and hands them to the kernel as they are.
#include "attack.h"

#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <sys/ioctl.h>
#include <sys/time.h>

int fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    return REFUSED;
}

int cannot(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    return CANNOT;
}

void bounded(int fd) {
    struct timeval limit = {.tv_sec = 1, .tv_usec = 200000};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

int number(const struct target *to) { return to->argument ? (int)strtol(to->argument, 0, 0) : 0; }

uint16_t sum(const void *data, size_t length, uint32_t start) {
    const uint8_t *d = data;
    uint32_t s = start;
    for (size_t i = 0; i + 1 < length; i += 2) s += (uint32_t)(d[i] << 8 | d[i + 1]);
    if (length & 1) s += (uint32_t)d[length - 1] << 8;
    while (s >> 16) s = (s & 0xffff) + (s >> 16);
    return (uint16_t)~s;
}

void put16(uint8_t *at, unsigned value) {
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

void add(struct packet *p, const void *data, size_t length) {
    if (p->length + length > sizeof p->bytes) abort();
    memcpy(p->bytes + p->length, data, length);
    p->length += length;
}

void ip4(struct packet *p, const struct header4 *h, const void *body, size_t length) {
    uint8_t header[60] = {0};
    size_t size = 20 + h->option_bytes;
    header[0] = (uint8_t)(0x40 | size / 4);
    put16(header + 2, (unsigned)(size + length));
    put16(header + 4, h->id ? h->id : 0x7766);
    put16(header + 6, h->fragment);
    header[8] = h->hops ? h->hops : 64;
    header[9] = h->protocol;
    memcpy(header + 12, &h->from, 4);
    memcpy(header + 16, &h->to, 4);
    if (h->option_bytes) memcpy(header + 20, h->options, h->option_bytes);
    put16(header + 10, sum(header, size, 0));
    p->length = 0;
    add(p, header, size);
    add(p, body, length);
}

void ip6(struct packet *p, const struct in6_addr *from, const struct in6_addr *to, uint8_t next, uint8_t hops,
         const void *body, size_t length) {
    uint8_t header[40] = {0x60, [6] = next, [7] = hops};
    put16(header + 4, (unsigned)length);
    memcpy(header + 8, from, 16);
    memcpy(header + 24, to, 16);
    p->length = 0;
    add(p, header, 40);
    add(p, body, length);
}

// A UDP header and the mark, without a checksum.
size_t udp_body(uint8_t *at, const struct target *to, unsigned port) {
    memset(at, 0, 8);
    put16(at, 40000);
    put16(at + 2, port);
    put16(at + 4, 8 + MARK_BYTES);
    memcpy(at + 8, to->mark, MARK_BYTES);
    return 8 + MARK_BYTES;
}

void udp4(struct packet *p, const struct target *to, struct in_addr from, struct in_addr dest, uint8_t hops) {
    uint8_t body[64];
    struct header4 h = {.from = from, .to = dest, .protocol = IPPROTO_UDP, .hops = hops};
    ip4(p, &h, body, udp_body(body, to, PORT));
}

void udp6(struct packet *p, const struct target *to, const struct in6_addr *from, const struct in6_addr *dest,
          uint8_t hops) {
    uint8_t body[64];
    size_t length = udp_body(body, to, PORT);
    ip6(p, from, dest, IPPROTO_UDP, hops, body, length);
    put16(p->bytes + 46, sum(p->bytes + 8, 32 + length, IPPROTO_UDP + (uint32_t)length));
}

int send4(const struct packet *p) {
    int fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
    if (fd < 0) return cannot("raw socket");
    struct sockaddr_in a = {.sin_family = AF_INET};
    memcpy(&a.sin_addr, p->bytes + 16, 4);
    int sent = sendto(fd, p->bytes, p->length, 0, (struct sockaddr *)&a, sizeof a) < 0 ? fail("sendto") : SENT;
    close(fd);
    return sent;
}

int send6(const struct packet *p) {
    int fd = socket(AF_INET6, SOCK_RAW, IPPROTO_RAW);
    if (fd < 0) return cannot("raw socket");
    struct sockaddr_in6 a = {.sin6_family = AF_INET6};
    memcpy(&a.sin6_addr, p->bytes + 24, 16);
    int sent = sendto(fd, p->bytes, p->length, 0, (struct sockaddr *)&a, sizeof a) < 0 ? fail("sendto") : SENT;
    close(fd);
    return sent;
}

size_t ethernet(uint8_t *frame, const struct target *to, uint16_t type) {
    memcpy(frame, to->gateway, 6);
    struct ifreq own = {0};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    strncpy(own.ifr_name, to->interface, IFNAMSIZ - 1);
    if (!ioctl(fd, SIOCGIFHWADDR, &own)) memcpy(frame + 6, own.ifr_hwaddr.sa_data, 6);
    close(fd);
    put16(frame + 12, type);
    return 14;
}

// A frame below the stack: no netfilter, no socket filter and, if so wished, no queueing discipline sees it.
int link_send(const struct target *to, const void *frame, size_t length, int bypass) {
    int fd = socket(AF_PACKET, SOCK_RAW, 0);
    if (fd < 0) return cannot("packet socket");
    int on = 1;
    if (bypass && setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof on)) return cannot("PACKET_QDISC_BYPASS");
    struct sockaddr_ll link = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(to->interface), .sll_halen = 6};
    memcpy(link.sll_addr, to->gateway, 6);
    int sent = sendto(fd, frame, length, 0, (struct sockaddr *)&link, sizeof link) < 0 ? fail("sendto") : SENT;
    close(fd);
    return sent;
}
