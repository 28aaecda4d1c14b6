/* Where a packet is judged, and how. */
#ifndef FLEETWALL_PLACE_H
#define FLEETWALL_PLACE_H

#include "maps.h"

/* What is known before the packet: where it is, and what is in force there, read once. */
struct fw_place {
	__u64 word;
	__u64 now; /* CLOCK_BOOTTIME, ns, see clock.h; 0 while nobody has asked: a known flow never does */
	__u32 second; /* CLOCK_MONOTONIC, 2^30 ns; likewise */
	__u32 ifindex;
	__u16 slot;
	__u8 link;
	__u8 direction;
};

struct fw_judgement {
	enum fw_reason reason;
	__u32 rule;
	__u32 name;
	__u32 known; /* the flow memory answered: nothing to report */
};

static __always_inline int fw_allowed(__u32 reason)
{
	return FW_ALLOWED_REASONS >> (reason & 31) & 1;
}

static __always_inline int fw_has_flow(__u32 reason)
{
	return reason == FW_ALLOWED_BY_RULE || reason == FW_ALLOWED_BY_DEFAULT;
}

static __always_inline int fw_is_self(const struct fw_place *place, const union fw_address *address)
{
	struct fw_self_key key = {.ifindex = place->ifindex, .address = *address};

	return bpf_map_lookup_elem(&self, &key) != 0;
}

#endif
