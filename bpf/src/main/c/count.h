/* Counters: every packet by its reason, everything that could not be done. */
#ifndef FLEETWALL_COUNT_H
#define FLEETWALL_COUNT_H

#include "maps.h"

static __always_inline void fw_count_reason(__u32 reason)
{
	__u64 *count = bpf_map_lookup_elem(&counters, &reason);

	if (count)
		*count += 1;
}

static __always_inline void fw_count_fault(__u32 fault)
{
	__u64 *count = bpf_map_lookup_elem(&faults, &fault);

	if (count)
		*count += 1;
}

#endif
