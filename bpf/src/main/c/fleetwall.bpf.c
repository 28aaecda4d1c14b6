#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "maps.h"

SEC("tc")
int fleetwall(struct __sk_buff *skb)
{
	__u32 ifindex = skb->ifindex;
	struct fw_runner *runner = bpf_map_lookup_elem(&runners, &ifindex);
	__u32 reason = FW_NO_TABLE_SET;
	__u64 *count = bpf_map_lookup_elem(&counters, &reason);

	if (count)
		*count += 1;
	skb->cb[0] = reason;
	skb->cb[1] = 0;
	return runner ? 2 : 2;
}

char _license[] SEC("license") = "Apache-2.0";
