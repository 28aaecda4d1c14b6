// SPDX-License-Identifier: Apache-2.0
// Not an attack: takes checksum offload from an interface, so that the kernel finishes checksums as it does for most
// network cards, which know the usual ones only (skb_csum_hwoffload_help).
#include "attack.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

static int no_offload(struct target *to) {
    struct ethtool_value off = {.cmd = ETHTOOL_STXCSUM, .data = 0};
    struct ifreq request = {.ifr_data = (void *)&off};
    strncpy(request.ifr_name, to->interface, IFNAMSIZ - 1);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    return fd < 0 || ioctl(fd, SIOCETHTOOL, &request) ? cannot("ETHTOOL_STXCSUM") : SENT;
}

const struct technique offload_techniques[] = {{"no-offload", no_offload}, {0, 0}};
