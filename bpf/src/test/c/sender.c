// SPDX-License-Identifier: Apache-2.0
// Sends one packet each way a process can: `sender WAY IPV4 PORT`. Whether it is refused does not matter here.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct sockaddr_in four;
static struct sockaddr_in6 mapped;

// One submission through io_uring: neither connect(2) nor sendto(2).
static int uring(struct io_uring_sqe submission) {
    struct io_uring_params p = {0};
    int ring = (int)syscall(__NR_io_uring_setup, 4, &p);
    if (ring < 0) return 3;
    char *sq = mmap(0, p.sq_off.array + p.sq_entries * 4, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
    struct io_uring_sqe *e = mmap(0, p.sq_entries * sizeof *e, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
    if (sq == MAP_FAILED || e == MAP_FAILED) return 3;
    *e = submission;
    *(unsigned *)(sq + p.sq_off.array) = 0;
    __atomic_store_n((unsigned *)(sq + p.sq_off.tail), 1, __ATOMIC_RELEASE);
    return syscall(__NR_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, 0, 0) < 0 ? 3 : 0;
}

static int uring_connect(void) {
    struct io_uring_sqe e = {.opcode = IORING_OP_CONNECT, .fd = socket(AF_INET, SOCK_STREAM, 0)};
    e.addr = (uintptr_t)&four;
    e.off = sizeof four;
    return uring(e);
}

static int uring_send(void) {
    struct iovec part = {"x", 1};
    struct msghdr message = {.msg_name = &four, .msg_namelen = sizeof four, .msg_iov = &part, .msg_iovlen = 1};
    struct io_uring_sqe e = {.opcode = IORING_OP_SENDMSG, .fd = socket(AF_INET, SOCK_DGRAM, 0), .len = 1};
    e.addr = (uintptr_t)&message;
    return uring(e);
}

// The socket is made by a parent that ends: who uses it counts.
static int inherited(void) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    pid_t child = fork();
    if (child) {
        printf("%d\n", child);
        return 0;
    }
    connect(fd, (struct sockaddr *)&four, sizeof four);
    return 0;
}

int main(int count, char **argument) {
    if (count != 4) return 2;
    const char *way = argument[1];
    four = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argument[3]))};
    inet_pton(AF_INET, argument[2], &four.sin_addr);
    mapped = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = four.sin_port};
    mapped.sin6_addr.s6_addr[10] = mapped.sin6_addr.s6_addr[11] = 0xff;
    memcpy(mapped.sin6_addr.s6_addr + 12, &four.sin_addr, 4);
    if (!strcmp(way, "connect")) {
        connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&four, sizeof four);
    } else if (!strcmp(way, "sendto")) {
        sendto(socket(AF_INET, SOCK_DGRAM, 0), "x", 1, 0, (struct sockaddr *)&four, sizeof four);
    } else if (!strcmp(way, "fast-open")) {
        sendto(socket(AF_INET, SOCK_STREAM, 0), "x", 1, MSG_FASTOPEN, (struct sockaddr *)&four, sizeof four);
    } else if (!strcmp(way, "mapped")) {
        connect(socket(AF_INET6, SOCK_STREAM, 0), (struct sockaddr *)&mapped, sizeof mapped);
    } else if (!strcmp(way, "mapped-sendto")) {
        sendto(socket(AF_INET6, SOCK_DGRAM, 0), "x", 1, 0, (struct sockaddr *)&mapped, sizeof mapped);
    } else if (!strcmp(way, "uring-connect")) {
        return uring_connect();
    } else if (!strcmp(way, "uring-sendmsg")) {
        return uring_send();
    } else if (!strcmp(way, "inherited")) {
        return inherited();
    } else {
        return 2;
    }
    return 0;
}
