/* The attached interfaces: where each stands, and what it is. */
#ifndef FLEETWALL_RUNNER_H
#define FLEETWALL_RUNNER_H

#include "maps.h"

/* The word of an interface, 0 when it is not attached. Its places are few and all are looked at, so that others may come
 * and go meanwhile. io.fleetwall.bpf.RunnerPlaces writes them. */
static __always_inline __u64 fw_runner(__u32 ifindex)
{
#pragma unroll
	for (__u32 i = 0; i < FW_RUNNER_PROBES; i++) {
		__u32 place = (ifindex + i) & (FW_RUNNER_PLACES - 1);
		__u64 *runner = bpf_map_lookup_elem(&runners, &place);
		__u64 word = runner ? *(volatile __u64 *)runner : 0;

		if (FW_RUNNER_IFINDEX(word) == ifindex)
			return word;
	}
	return 0;
}

#endif
