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

static __noinline void fw_count_fault(enum fw_fault fault)
{
	__u32 index = fault;
	__u64 *count = bpf_map_lookup_elem(&faults, &index);

	if (count)
		*count += 1;
}

#endif
