/* Addresses: their forms, and the one which policy speaks of. */
#ifndef FLEETWALL_ADDRESS_H
#define FLEETWALL_ADDRESS_H

#include "frame.h"

static __always_inline void fw_map_ipv4(union fw_address *to, __u32 address)
{
	to->words[0] = 0;
	to->words[1] = 0;
	to->words[2] = bpf_htonl(0xffff);
	to->words[3] = address;
}

static __always_inline int fw_is_ipv4(const union fw_address *address)
{
	return !address->words[0] && !address->words[1] && address->words[2] == bpf_htonl(0xffff);
}

static __always_inline int fw_same_address(const union fw_address *a, const union fw_address *b)
{
	return a->words[0] == b->words[0] && a->words[1] == b->words[1] && a->words[2] == b->words[2] &&
	       a->words[3] == b->words[3];
}

/* Unspecified: who has no address yet. */
static __always_inline int fw_is_nobody(const union fw_address *address)
{
	return !address->words[3] && !address->words[0] && !address->words[1] &&
	       (!address->words[2] || address->words[2] == bpf_htonl(0xffff));
}

static __always_inline int fw_is_link_local(const union fw_address *address)
{
	return address->bytes[0] == 0xfe && (address->bytes[1] & 0xc0) == 0x80;
}

static __always_inline int fw_is_link_multicast(const union fw_address *address)
{
	return address->bytes[0] == 0xff && address->bytes[1] == 0x02;
}

/* The address that policy speaks of: an IPv4 address inside an IPv6 one is judged as itself.
 * RFC 4291 2.5.5, RFC 6052 2.1, RFC 8215 (its last 32 bits, as for /96), RFC 2765 2.1, RFC 3056, RFC 4380. */
static __always_inline void fw_judged_address(const union fw_address *from, union fw_address *to)
{
	__u32 first = from->words[0];
	__u32 last = from->words[3];

	*to = *from;
	if (first == bpf_htonl(0x0064ff9b) && !from->words[1] && !from->words[2])
		fw_map_ipv4(to, last);
	else if (first == bpf_htonl(0x0064ff9b) && fw_u16(from->bytes + 4) == 1)
		fw_map_ipv4(to, last);
	else if (!first && !from->words[1] && from->words[2] == bpf_htonl(0xffff0000))
		fw_map_ipv4(to, last);
	else if ((first & bpf_htonl(0xffff0000)) == bpf_htonl(0x20020000))
		fw_map_ipv4(to, bpf_htonl(bpf_ntohl(first) << 16 | bpf_ntohl(from->words[1]) >> 16));
	else if (first == bpf_htonl(0x20010000))
		fw_map_ipv4(to, ~last);
	else if (!first && !from->words[1] && !from->words[2] && last && last != bpf_htonl(1))
		fw_map_ipv4(to, last);
}

#endif
