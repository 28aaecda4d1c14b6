// SPDX-License-Identifier: Apache-2.0
// What any user can do with ordinary sockets. Calls that hooks of system calls have missed before are here too.
#include "attack.h"

#include <linux/errqueue.h>
#include <linux/io_uring.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

static int stream(const struct target *to, int protocol, const void *address, socklen_t length) {
    int fd = socket(((const struct sockaddr *)address)->sa_family, SOCK_STREAM, protocol);
    if (fd < 0) return cannot("socket");
    bounded(fd);
    if (connect(fd, address, length)) return fail("connect");
    return send(fd, to->mark, MARK_BYTES, MSG_NOSIGNAL) < 0 ? fail("send") : SENT;
}

// The whole family of calls. Each is tried: a denial of one may be an error that only the next one sees.
static int datagram(const struct target *to, int protocol, const void *address, socklen_t length) {
    int family = ((const struct sockaddr *)address)->sa_family;
    int fd = socket(family, SOCK_DGRAM, protocol), connected = socket(family, SOCK_DGRAM, protocol);
    if (fd < 0 || connected < 0) return cannot("socket");
    struct iovec part = {(void *)to->mark, MARK_BYTES};
    struct msghdr one = {.msg_name = (void *)address, .msg_namelen = length, .msg_iov = &part, .msg_iovlen = 1};
    struct mmsghdr many[4];
    for (int i = 0; i < 4; i++) many[i] = (struct mmsghdr){.msg_hdr = one};
    int sent = sendto(fd, to->mark, MARK_BYTES, 0, address, length) > 0;
    sent |= sendmsg(fd, &one, 0) > 0;
    sent |= sendmmsg(fd, many, 4, 0) > 0;
    sent |= !connect(connected, address, length) && send(connected, to->mark, MARK_BYTES, 0) > 0;
    sent |= write(connected, to->mark, MARK_BYTES) > 0;
    return sent ? SENT : fail("datagrams");
}

static int on4(struct target *to, int type, int protocol, int port) {
    struct sockaddr_in a = to->v4;
    a.sin_port = htons((uint16_t)port);
    return type == SOCK_STREAM ? stream(to, protocol, &a, sizeof a) : datagram(to, protocol, &a, sizeof a);
}

static int on6(struct target *to, int type, int protocol, int port) {
    struct sockaddr_in6 a = to->v6;
    a.sin6_port = htons((uint16_t)port);
    return type == SOCK_STREAM ? stream(to, protocol, &a, sizeof a) : datagram(to, protocol, &a, sizeof a);
}

static int tcp4(struct target *to) { return on4(to, SOCK_STREAM, 0, number(to)); }
static int tcp6(struct target *to) { return on6(to, SOCK_STREAM, 0, number(to)); }
static int datagram4(struct target *to) { return on4(to, SOCK_DGRAM, 0, number(to)); }
static int datagram6(struct target *to) { return on6(to, SOCK_DGRAM, 0, number(to)); }
static int mptcp4(struct target *to) { return on4(to, SOCK_STREAM, IPPROTO_MPTCP, PORT); }
static int mptcp6(struct target *to) { return on6(to, SOCK_STREAM, IPPROTO_MPTCP, PORT); }
static int udplite(struct target *to) { return on4(to, SOCK_DGRAM, IPPROTO_UDPLITE, PORT); }

static int fast_open(struct target *to) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0) return cannot("socket");
    bounded(fd);
    return sendto(fd, to->mark, MARK_BYTES, MSG_FASTOPEN | MSG_NOSIGNAL, (struct sockaddr *)&to->v4, sizeof to->v4) < 0
               ? fail("sendto fast open")
               : SENT;
}

// One submission through io_uring: no connect(2), no sendto(2).
static int uring(struct target *to, int type) {
    struct io_uring_params p = {0};
    int ring = (int)syscall(__NR_io_uring_setup, 4, &p);
    if (ring < 0) return cannot("io_uring_setup");
    const int access = PROT_READ | PROT_WRITE;
    char *sq = mmap(0, p.sq_off.array + p.sq_entries * 4, access, MAP_SHARED, ring, IORING_OFF_SQ_RING);
    char *cq = mmap(0, p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe), access, MAP_SHARED, ring, IORING_OFF_CQ_RING);
    struct io_uring_sqe *e = mmap(0, p.sq_entries * sizeof *e, access, MAP_SHARED, ring, IORING_OFF_SQES);
    if (sq == MAP_FAILED || cq == MAP_FAILED || e == MAP_FAILED) return cannot("mmap");
    int fd = socket(AF_INET, type, 0);
    bounded(fd);
    struct iovec part = {(void *)to->mark, MARK_BYTES};
    struct msghdr one = {.msg_name = &to->v4, .msg_namelen = sizeof to->v4, .msg_iov = &part, .msg_iovlen = 1};
    memset(e, 0, sizeof *e);
    e->fd = fd;
    e->opcode = type == SOCK_STREAM ? IORING_OP_CONNECT : IORING_OP_SENDMSG;
    e->addr = type == SOCK_STREAM ? (uintptr_t)&to->v4 : (uintptr_t)&one;
    if (type == SOCK_STREAM) e->off = sizeof to->v4;
    else e->len = 1;
    *(unsigned *)(sq + p.sq_off.array) = 0;
    __atomic_store_n((unsigned *)(sq + p.sq_off.tail), 1, __ATOMIC_RELEASE);
    if (syscall(__NR_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, 0, 0) < 0) return fail("io_uring_enter");
    errno = -((struct io_uring_cqe *)(cq + p.cq_off.cqes))->res;
    if (errno > 0) return fail("io_uring completion");
    return type == SOCK_STREAM && send(fd, to->mark, MARK_BYTES, MSG_NOSIGNAL) < 0 ? fail("send") : SENT;
}

static int uring_tcp(struct target *to) { return uring(to, SOCK_STREAM); }
static int uring_udp(struct target *to) { return uring(to, SOCK_DGRAM); }

// Nine datagrams in one call, cut by the kernel or by the device (UDP_SEGMENT), from pages of ours (MSG_ZEROCOPY).
static int segmented(struct target *to) {
    static char data[900];
    int fd = socket(AF_INET, SOCK_DGRAM, 0), size = 100, on = 1;
    if (fd < 0) return cannot("socket");
    if (setsockopt(fd, SOL_UDP, UDP_SEGMENT, &size, sizeof size)) return cannot("UDP_SEGMENT");
    int flags = setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof on) ? 0 : MSG_ZEROCOPY;
    memcpy(data + 800, to->mark, MARK_BYTES);
    return sendto(fd, data, sizeof data, flags, (struct sockaddr *)&to->v4, sizeof to->v4) < 0 ? fail("sendto") : SENT;
}

// A datagram larger than the link: the mark is in the last fragment, which has no ports.
static int large(struct target *to, const void *address, socklen_t length) {
    static char data[6000];
    int fd = socket(((const struct sockaddr *)address)->sa_family, SOCK_DGRAM, 0);
    if (fd < 0) return cannot("socket");
    memcpy(data + sizeof data - MARK_BYTES, to->mark, MARK_BYTES);
    return sendto(fd, data, sizeof data, 0, address, length) < 0 ? fail("sendto") : SENT;
}

static int large4(struct target *to) { return large(to, &to->v4, sizeof to->v4); }
static int large6(struct target *to) { return large(to, &to->v6, sizeof to->v6); }

// The socket is made and connected by one process, used by another that got it through a UNIX socket.
static int passed(struct target *to) {
    int pair[2], fd = socket(AF_INET, SOCK_DGRAM, 0), status = 0;
    char control[CMSG_SPACE(sizeof fd)] = {0}, byte = 0;
    struct iovec part = {&byte, 1};
    struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    if (fd < 0 || socketpair(AF_UNIX, SOCK_DGRAM, 0, pair)) return cannot("sockets");
    pid_t child = fork();
    if (child < 0) return cannot("fork");
    if (child == 0) {
        if (recvmsg(pair[1], &m, 0) < 0) _exit(fail("recvmsg"));
        memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof fd);
        _exit(send(fd, to->mark, MARK_BYTES, 0) < 0 ? fail("send") : SENT);
    }
    connect(fd, (struct sockaddr *)&to->v4, sizeof to->v4);
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    c->cmsg_level = SOL_SOCKET, c->cmsg_type = SCM_RIGHTS, c->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(c), &fd, sizeof fd);
    if (sendmsg(pair[0], &m, 0) < 0) return fail("sendmsg");
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

const struct technique socket_techniques[] = {
    {"tcp4", tcp4},         {"tcp6", tcp6},           {"udp4", datagram4},     {"udp6", datagram6},
    {"mptcp4", mptcp4},     {"mptcp6", mptcp6},       {"udplite", udplite},    {"fast-open", fast_open},
    {"io-uring-tcp", uring_tcp}, {"io-uring-udp", uring_udp}, {"segmented", segmented}, {"large4", large4},
    {"large6", large6},     {"passed", passed},       {0, 0},
};
