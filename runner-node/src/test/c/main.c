// SPDX-License-Identifier: Apache-2.0
// What code on a runner will try, one technique a name. Exit status 0 means "sent as far as this side can tell", 1
// "refused at once", 2 usage, 3 "this machine or this user cannot even try": only the sniffer's word counts.
#include "attack.h"

#include <ifaddrs.h>
#include <signal.h>

static void own_addresses(struct target *to) {
    struct ifaddrs *all, *i;
    if (getifaddrs(&all)) return;
    for (i = all; i; i = i->ifa_next) {
        if (!i->ifa_addr || strcmp(i->ifa_name, to->interface)) continue;
        struct sockaddr_in6 *six = (struct sockaddr_in6 *)i->ifa_addr;
        if (i->ifa_addr->sa_family == AF_INET) to->own4 = *(struct sockaddr_in *)i->ifa_addr;
        if (i->ifa_addr->sa_family == AF_INET6 && !IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr)) to->own6 = *six;
    }
    freeifaddrs(all);
}

// Some calls know no time limit.
static void give_up(int signal) {
    (void)signal;
    _exit(REFUSED);
}

static int read4(struct sockaddr_in *to, const char *text) {
    *to = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(PORT)};
    return inet_pton(AF_INET, text, &to->sin_addr) == 1;
}

static int read6(struct sockaddr_in6 *to, const char *text) {
    *to = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(PORT)};
    return inet_pton(AF_INET6, text, &to->sin6_addr) == 1;
}

int main(int argc, char **argv) {
    static const struct technique *const all[] = {
        socket_techniques, odd_techniques, packet_techniques, fragment_techniques, frame_techniques, checksum_techniques,
        flow_techniques, offload_techniques,
    };
    struct target to = {0};
    uint8_t *m = to.gateway;
    if (argc < 9 || strlen(argv[2]) != MARK_BYTES || !read4(&to.v4, argv[3]) || !read6(&to.v6, argv[4]) ||
        !read4(&to.friend4, argv[5]) || !read6(&to.friend6, argv[6]) ||
        sscanf(argv[8], "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", m, m + 1, m + 2, m + 3, m + 4, m + 5) != 6) {
        fprintf(stderr, "usage: attack TECHNIQUE MARK IPV4 IPV6 FRIEND4 FRIEND6 INTERFACE MAC [ARGUMENT]\n");
        return USAGE;
    }
    to.mark = argv[2];
    to.interface = argv[7];
    to.argument = argc > 9 ? argv[9] : "0";
    own_addresses(&to);
    if (strncmp(argv[1], "lasting", 7) && strcmp(argv[1], "flood")) {
        signal(SIGALRM, give_up);
        alarm(2);
    }
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        for (const struct technique *t = all[i]; t->name; t++)
            if (!strcmp(t->name, argv[1])) return t->attempt(&to);
    fprintf(stderr, "no technique %s\n", argv[1]);
    return USAGE;
}
