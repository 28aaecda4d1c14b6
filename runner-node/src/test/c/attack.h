// SPDX-License-Identifier: Apache-2.0
// What the techniques share: where to, with what mark, and how a packet is put together.
#ifndef FLEETWALL_ATTACK_H
#define FLEETWALL_ATTACK_H

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// Eight bytes: it fits into the smallest fragment.
#define MARK_BYTES 8
#define PORT 443

enum outcome { SENT = 0, REFUSED = 1, USAGE = 2, CANNOT = 3 };

struct target {
    const char *mark;
    struct sockaddr_in v4, friend4, own4;  // where nothing may go; where port 443 may go; what this side is called
    struct sockaddr_in6 v6, friend6, own6;
    const char *interface;
    uint8_t gateway[6];  // link address of the next hop: a frame to it is forwarded like any other
    const char *argument;
};

struct technique {
    const char *name;
    int (*attempt)(struct target *);
};

// Each ends with an entry without a name.
extern const struct technique socket_techniques[], odd_techniques[], packet_techniques[], fragment_techniques[],
    frame_techniques[], checksum_techniques[], flow_techniques[], offload_techniques[];

// An IP packet under construction.
struct packet {
    uint8_t bytes[4096];
    size_t length;
};

int fail(const char *what);
int cannot(const char *what);
void bounded(int fd);
int number(const struct target *to);

uint16_t sum(const void *data, size_t length, uint32_t start);
void put16(uint8_t *at, unsigned value);
void add(struct packet *p, const void *data, size_t length);

struct header4 {
    struct in_addr from, to;
    uint16_t fragment, id;
    uint8_t protocol, hops;
    const uint8_t *options;
    size_t option_bytes;
};
void ip4(struct packet *p, const struct header4 *h, const void *body, size_t length);
void ip6(struct packet *p, const struct in6_addr *from, const struct in6_addr *to, uint8_t next, uint8_t hops,
         const void *body, size_t length);
size_t udp_body(uint8_t *at, const struct target *to, unsigned port);
void udp4(struct packet *p, const struct target *to, struct in_addr from, struct in_addr dest, uint8_t hops);
void udp6(struct packet *p, const struct target *to, const struct in6_addr *from, const struct in6_addr *dest,
          uint8_t hops);
int send4(const struct packet *p);
int send6(const struct packet *p);
int link_send(const struct target *to, const void *frame, size_t length, int bypass);
size_t ethernet(uint8_t *frame, const struct target *to, uint16_t type);

#endif
