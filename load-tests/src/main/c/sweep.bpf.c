/* Makes each run of a repeated test another connection: counts up source port and source address, spreads the
 * destination over the networks when asked to, and goes on in the program under test. */
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct sweep {
	__u64 next;
	__u32 destinations; /* networks to spread over; 1 leaves the destination alone */
	__u32 unused;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct sweep);
} state SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} under_test SEC(".maps");

SEC("tc")
int sweep(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data;
	__u32 zero = 0, network;
	struct sweep *at = bpf_map_lookup_elem(&state, &zero);
	__u64 turn;

	if (!at || data + 74 > (void *)(long)skb->data_end)
		return 2;
	turn = at->next++;
	network = (turn * 2654435761U & 0xffffffff) * at->destinations >> 32;
	if (*(__u16 *)(data + 12) == bpf_htons(0x0800)) {
		*(__u16 *)(data + 34) = turn;
		*(__u8 *)(data + 29) = turn >> 16;
		if (at->destinations > 1)
			*(__u32 *)(data + 30) = bpf_htonl(0x0a000001 + (network << 8)); /* BenchPolicies.network */
	} else {
		*(__u16 *)(data + 54) = turn;
		*(__u8 *)(data + 37) = turn >> 16;
		if (at->destinations > 1)
			*(__u32 *)(data + 42) = bpf_htonl(network);
	}
	bpf_tail_call(skb, &under_test, 0);
	return 2;
}

/* What carrying costs: the end of a sweep that tests nothing, and the bare repetition. */
SEC("tc")
int nothing(struct __sk_buff *skb)
{
	return skb ? -1 : 2;
}

char _license[] SEC("license") = "Apache-2.0";
