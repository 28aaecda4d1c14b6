// SPDX-License-Identifier: Apache-2.0
// The far side: takes every TCP connection on the ports given and reads it to its end; answers "READY" when it can.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 1024

int main(int argc, char **argv) {
    struct pollfd all[MOST] = {{.fd = 0, .events = POLLIN}};
    char bytes[65536];
    int count = 1, listeners;
    for (int i = 1; i < argc; i++) {
        struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)atoi(argv[i]))};
        int fd = socket(AF_INET6, SOCK_STREAM, 0), on = 1;
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) || listen(fd, 64)) return perror(argv[i]), 1;
        all[count++] = (struct pollfd){.fd = fd, .events = POLLIN};
    }
    listeners = count;
    puts("READY");
    fflush(stdout);
    while (poll(all, (nfds_t)count, -1) >= 0) {
        if (all[0].revents) return 0;  // the owner has gone
        for (int i = 1; i < count; i++) {
            if (!all[i].revents) continue;
            if (i < listeners) {
                int fd = accept(all[i].fd, 0, 0);
                if (fd >= 0 && count < MOST) all[count++] = (struct pollfd){.fd = fd, .events = POLLIN};
            } else if (read(all[i].fd, bytes, sizeof bytes) <= 0) {
                close(all[i].fd);
                all[i--] = all[--count];
            }
        }
    }
    return 1;
}
