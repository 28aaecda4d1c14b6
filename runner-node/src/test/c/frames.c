// SPDX-License-Identifier: Apache-2.0
// Frames below the stack (CAP_NET_RAW). Arguments: what it is; what sends it.
#include "attack.h"

#include <linux/if_xdp.h>
#include <sys/mman.h>

static size_t build(const struct target *to, const char *what, uint8_t *frame) {
    struct packet p;
    size_t at = ethernet(frame, to, 0x0800);
    udp4(&p, to, to->own4.sin_addr, to->v4.sin_addr, 0);
    int tags = 0, type = 0;
    if (sscanf(what, "vlan%d", &tags) == 1) {  // priority tags: a switch or a host takes them off
        for (at = 12; tags--; at += 4) put16(frame + at, 0x8100), put16(frame + at + 2, 0);
        put16(frame + at, 0x0800);
        at += 2;
    } else if (!strcmp(what, "qinq")) {
        put16(frame + 12, 0x88a8), put16(frame + 14, 0), put16(frame + 16, 0x8100), put16(frame + 18, 0);
        put16(frame + 20, 0x0800);
        at = 22;
    } else if (!strcmp(what, "dns")) {
        put16(p.bytes + 22, 53);
    } else if (!strcmp(what, "snap")) {  // RFC 1042
        put16(frame + 12, (unsigned)(8 + p.length));
        memcpy(frame + 14, "\xaa\xaa\x03\0\0\0\x08\0", 8);
        at = 22;
    } else if (sscanf(what, "type%x", (unsigned *)&type) == 1) {
        put16(frame + 12, (unsigned)type);
    } else if (!strcmp(what, "arp") || !strcmp(what, "arp-long")) {  // a question, with the mark as the link address asked for
        put16(frame + 12, 0x0806);
        memcpy(frame + 14, "\0\1\x08\0\6\4\0\1", 8);
        memcpy(frame + 22, frame + 6, 6);
        memcpy(frame + 28, &to->own4.sin_addr, 4);
        memcpy(frame + 32, "\0\0\0\0\0\0", 6);
        memcpy(frame + 38, &to->v4.sin_addr, 4);
        memset(frame + 42, 0, 18);
        memcpy(frame + 42, to->mark, MARK_BYTES);
        if (!strcmp(what, "arp")) return 60;
        memset(frame + 60, 'x', 200);
        memcpy(frame + 200, to->mark, MARK_BYTES);
        return 260;
    } else if (!strcmp(what, "arp-odd")) {  // an ARP frame in name only
        put16(frame + 12, 0x0806);
        memcpy(frame + 14, to->mark, MARK_BYTES);
        memset(frame + 14 + MARK_BYTES, 'x', 32);
        return 54;
    }
    memcpy(frame + at, p.bytes, p.length);
    return at + p.length;
}

static int framed(struct target *to, int bypass) {
    uint8_t frame[2048];
    return link_send(to, frame, build(to, to->argument, frame), bypass);
}

static int queued(struct target *to) { return framed(to, 0); }
static int direct(struct target *to) { return framed(to, 1); }

#define UNIT 2048

// The same by AF_XDP: one descriptor in the transmit ring of a socket bound in copy mode.
static int xdp(struct target *to) {
    int fd = socket(AF_XDP, SOCK_RAW, 0), entries = 4;
    if (fd < 0) return cannot("AF_XDP");
    char *area = mmap(0, 4 * UNIT, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct xdp_umem_reg memory = {.addr = (uintptr_t)area, .len = 4 * UNIT, .chunk_size = UNIT};
    struct xdp_mmap_offsets offsets;
    socklen_t size = sizeof offsets;
    if (setsockopt(fd, SOL_XDP, XDP_UMEM_REG, &memory, sizeof memory) ||
        setsockopt(fd, SOL_XDP, XDP_UMEM_FILL_RING, &entries, sizeof entries) ||
        setsockopt(fd, SOL_XDP, XDP_UMEM_COMPLETION_RING, &entries, sizeof entries) ||
        setsockopt(fd, SOL_XDP, XDP_TX_RING, &entries, sizeof entries) ||
        getsockopt(fd, SOL_XDP, XDP_MMAP_OFFSETS, &offsets, &size))
        return cannot("AF_XDP rings");
    char *ring = mmap(0, offsets.tx.desc + 4 * sizeof(struct xdp_desc), PROT_READ | PROT_WRITE, MAP_SHARED, fd, XDP_PGOFF_TX_RING);
    struct sockaddr_xdp place = {.sxdp_family = AF_XDP, .sxdp_ifindex = if_nametoindex(to->interface), .sxdp_flags = XDP_COPY};
    if (ring == MAP_FAILED || bind(fd, (struct sockaddr *)&place, sizeof place)) return cannot("AF_XDP bind");
    struct xdp_desc *first = (struct xdp_desc *)(ring + offsets.tx.desc);
    *first = (struct xdp_desc){.addr = 0, .len = (uint32_t)build(to, to->argument, (uint8_t *)area)};
    __atomic_store_n((uint32_t *)(ring + offsets.tx.producer), 1, __ATOMIC_RELEASE);
    return sendto(fd, 0, 0, MSG_DONTWAIT, 0, 0) < 0 ? fail("AF_XDP send") : SENT;
}

const struct technique frame_techniques[] = {{"frame", queued}, {"frame-direct", direct}, {"frame-xdp", xdp}, {0, 0}};
