/* The floor: what the least a classifier can do costs. One look-up of the destination in a longest-prefix table keyed
 * as Fleetwall's, nothing else: no flows, no ports, no events. */
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct network_key {
	__u32 length;
	__u32 address[4];
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 1000000);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct network_key);
	__type(value, __u32);
} networks SEC(".maps");

SEC("tc")
int floor_lookup(struct __sk_buff *skb)
{
	const void *data = (const void *)(long)skb->data;
	struct network_key key = {.length = 128};
	__u16 type;

	if (data + 54 > (const void *)(long)skb->data_end)
		return 2;
	type = *(const __u16 *)(data + 12);
	if (type == bpf_htons(0x0800)) {
		key.address[2] = bpf_htonl(0xffff);
		key.address[3] = *(const __u32 *)(data + 30);
	} else if (type == bpf_htons(0x86dd)) {
		__builtin_memcpy(key.address, data + 38, 16);
	} else {
		return 2;
	}
	return bpf_map_lookup_elem(&networks, &key) ? -1 : 2;
}

char _license[] SEC("license") = "Apache-2.0";
