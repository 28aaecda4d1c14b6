// SPDX-License-Identifier: Apache-2.0
// Flows that last, and floods.
#include "attack.h"

#include <time.h>

static void line(const char *what) {
    printf("%s\n", what);
    fflush(stdout);
}

// Sends the mark every five milliseconds until it cannot.
static int lasting(struct target *to, int type) {
    const struct sockaddr_in *a = &to->v4;
    int fd = socket(AF_INET, type, 0);
    if (fd < 0) return cannot("socket");
    if (connect(fd, (const struct sockaddr *)a, sizeof *a)) return fail("connect");
    line("CONNECTED");
    for (;;) {
        if (send(fd, to->mark, MARK_BYTES, MSG_NOSIGNAL) < 0 && type == SOCK_STREAM) break;
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, 0);
    }
    line(errno == ECONNRESET ? "RESET" : strerror(errno));
    return REFUSED;
}

static int lasting_tcp(struct target *to) { return lasting(to, SOCK_STREAM); }
static int lasting_udp(struct target *to) { return lasting(to, SOCK_DGRAM); }

// As many destinations as the argument says: addresses, ports and, with them, flows.
static int flood(struct target *to) {
    struct sockaddr_in a = to->v4;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0) return cannot("socket");
    for (int i = 0; i < number(to); i++) {
        a.sin_addr.s_addr = htonl(ntohl(to->v4.sin_addr.s_addr) + (uint32_t)i % 64);
        a.sin_port = htons((uint16_t)(1024 + i / 64 % 60000));
        sendto(fd, to->mark, MARK_BYTES, MSG_DONTWAIT, (struct sockaddr *)&a, sizeof a);
    }
    return SENT;
}

// No attack: what the friend is allowed.
static int friendly(struct target *to) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0) return cannot("socket");
    bounded(fd);
    if (connect(fd, (struct sockaddr *)&to->friend4, sizeof to->friend4)) return fail("connect");
    return send(fd, to->mark, MARK_BYTES, MSG_NOSIGNAL) < 0 ? fail("send") : SENT;
}

const struct technique flow_techniques[] = {
    {"friendly", friendly},
    {"lasting-tcp", lasting_tcp}, {"lasting-udp", lasting_udp}, {"flood", flood}, {0, 0},
};
