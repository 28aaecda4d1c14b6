/* The answer to a denied packet: the packet is made into its own answer and sent back where it came from.
 * TCP gets a reset (RFC 9293 3.10.7.1), everything else "administratively prohibited" (RFC 1812 5.2.7.1,
 * RFC 4443 3.1). Never answered (RFC 1122 3.2.2, RFC 4443 2.4): resets, ICMP errors, later fragments, and what
 * comes from or goes to a group. */
#ifndef FLEETWALL_REJECT_H
#define FLEETWALL_REJECT_H

#include "count.h"
#include "decide.h"

/* ICMPv4 quotes the header and 8 bytes; 60 + 8 at most. ICMPv6 quotes extension headers too, up to this. */
#define FW_QUOTE_BYTES 128
#define FW_ANSWER_HOPS 64

#define FW_REJECTED_REASONS                                                                          \
	(1U << FW_DENIED_BY_RULE | 1U << FW_DENIED_BY_DEFAULT | 1U << FW_LEARNED_EXPIRED |           \
	 1U << FW_DNS_ELSEWHERE | 1U << FW_TABLE_FAULT | 1U << FW_PROTOCOL | 1U << FW_ICMP_TYPE)

struct fw_answer {
	__u8 bytes[FW_IPV6_BYTES + FW_ICMP_BYTES + FW_QUOTE_BYTES];
} __attribute__((aligned(8)));

/* More than one receiver, or none: multicast, broadcast, unspecified. */
static __always_inline int fw_is_group(const union fw_address *address)
{
	__u32 last = address->words[3];

	if (fw_is_ipv4(address))
		return address->bytes[12] >> 4 == 14 || last == 0 || last == 0xffffffff;
	return address->bytes[0] == 0xff || !(address->words[0] | address->words[1] | address->words[2] |
					      address->words[3]);
}

/* Also the errors that no flow of ours can cause: source quench, redirect, the whole class of ICMPv6. */
static __always_inline int fw_is_icmp_error(const struct fw_packet *p)
{
	__u8 type = p->icmp_type;

	if (p->version == 6)
		return type < FW_ICMPV6_ECHO;
	return type == FW_ICMP_UNREACHABLE || type == 4 || type == 5 || type == FW_ICMP_TIME_EXCEEDED ||
	       type == FW_ICMP_PARAMETER;
}

/* To more than one receiver on the link. */
static __always_inline int fw_is_link_group(struct __sk_buff *skb, const struct fw_place *place)
{
	__u8 first;

	return place->link == FW_LINK_ETHERNET && (fw_read(skb, 0, &first, 1) || first & 1);
}

static __always_inline int fw_answerable(struct __sk_buff *skb, const struct fw_place *place,
					 const struct fw_packet *p, __u32 reason)
{
	if (!(FW_REJECTED_REASONS >> (reason & 31) & 1) || p->part == FW_LATER_FRAGMENT)
		return 0;
	if (p->protocol == FW_IP_TCP && p->tcp_flags & FW_TCP_RST)
		return 0;
	if (fw_is_icmp(p) && fw_is_icmp_error(p))
		return 0;
	return !fw_is_group(&p->source) && !fw_is_group(&p->destination) && !fw_is_group(&p->judged) &&
	       !fw_is_link_group(skb, place);
}

/* A virtual schedule per slot: each answer moves it on; too far in the future is too many. */
static __always_inline int fw_may_answer(const struct fw_place *place)
{
	__u32 slot = place->slot;
	__u64 *schedule = bpf_map_lookup_elem(&reject_schedule, &slot);
	__u64 seen, next;

	if (!schedule)
		return 0;
	seen = *(volatile __u64 *)schedule;
	next = seen > place->now ? seen : place->now;
	if (next - place->now > FW_REJECT_BURST_NANOS)
		return 0;
	return __sync_val_compare_and_swap(schedule, seen, next + FW_REJECT_NANOS) == seen;
}

static __always_inline __u16 fw_fold(__u64 sum)
{
	sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32 & 0xffff) + (sum >> 48);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(__u16)sum;
}

static __always_inline void fw_put_u16(__u8 *to, __u16 value)
{
	to[0] = value >> 8;
	to[1] = value;
}

static __always_inline void fw_put_u32(__u8 *to, __u32 value)
{
	fw_put_u16(to, value >> 16);
	fw_put_u16(to + 2, value);
}

/* Puts the IP header of an answer of `length` bytes behind it; returns the sum of its pseudo header (RFC 8200 8.1). */
static __always_inline __u64 fw_answer_header(const struct fw_packet *p, __u8 *to, __u32 length, __u8 protocol)
{
	__u8 pseudo[40] __attribute__((aligned(8)));

	if (p->version == 4) {
		__builtin_memset(to, 0, FW_IPV4_BYTES);
		to[0] = 0x45;
		fw_put_u16(to + 2, FW_IPV4_BYTES + length);
		to[6] = 0x40; /* do not fragment */
		to[8] = FW_ANSWER_HOPS;
		to[9] = protocol;
		__builtin_memcpy(to + 12, &p->destination.words[3], 4);
		__builtin_memcpy(to + 16, &p->source.words[3], 4);
		*(__u16 *)(to + 10) = fw_fold(bpf_csum_diff(0, 0, (__be32 *)to, FW_IPV4_BYTES, 0));
		if (protocol == FW_IP_ICMP)
			return 0;
		__builtin_memcpy(pseudo, to + 12, 8);
		fw_put_u32(pseudo + 8, (__u32)protocol << 16 | length);
		return bpf_csum_diff(0, 0, (__be32 *)pseudo, 12, 0);
	}
	__builtin_memset(to, 0, 8);
	to[0] = 0x60;
	fw_put_u16(to + 4, length);
	to[6] = protocol;
	to[7] = FW_ANSWER_HOPS;
	__builtin_memcpy(to + 8, &p->destination, 16);
	__builtin_memcpy(to + 24, &p->source, 16);
	__builtin_memcpy(pseudo, to + 8, 32);
	fw_put_u32(pseudo + 32, length);
	fw_put_u32(pseudo + 36, protocol);
	return bpf_csum_diff(0, 0, (__be32 *)pseudo, 40, 0);
}

/* How much of the datagram is TCP payload, for the number a reset acknowledges. */
static __always_inline __u32 fw_tcp_payload(const struct fw_packet *p, const __u8 *tcp)
{
	__u32 header = (tcp[12] >> 4) * 4;

	return p->l4 + header < p->end ? p->end - p->l4 - header : 0;
}

/* A reset which the sender must believe: in answer to an ACK it carries the very number the sender expects next. */
static __always_inline int fw_build_reset(struct __sk_buff *skb, const struct fw_packet *p, struct fw_answer *answer)
{
	__u8 *tcp = answer->bytes + (p->version == 4 ? FW_IPV4_BYTES : FW_IPV6_BYTES);
	__u8 from[FW_TCP_BYTES];
	__u32 sequence;
	__u64 sum;

	if (fw_read(skb, p->l4, from, sizeof(from)))
		return 0;
	sum = fw_answer_header(p, answer->bytes, FW_TCP_BYTES, FW_IP_TCP);
	__builtin_memset(tcp, 0, FW_TCP_BYTES);
	__builtin_memcpy(tcp, from + 2, 2);
	__builtin_memcpy(tcp + 2, from, 2);
	tcp[12] = FW_TCP_BYTES / 4 << 4;
	if (p->tcp_flags & FW_TCP_ACK) {
		__builtin_memcpy(tcp + 4, from + 8, 4);
		tcp[13] = FW_TCP_RST;
	} else {
		sequence = (__u32)fw_u16(from + 4) << 16 | fw_u16(from + 6);
		sequence += fw_tcp_payload(p, from) + !!(p->tcp_flags & FW_TCP_SYN) + !!(p->tcp_flags & FW_TCP_FIN);
		fw_put_u32(tcp + 8, sequence);
		tcp[13] = FW_TCP_RST | FW_TCP_ACK;
	}
	*(__u16 *)(tcp + 16) = fw_fold(bpf_csum_diff(0, 0, (__be32 *)tcp, FW_TCP_BYTES, sum));
	return FW_TCP_BYTES;
}

/* Destination unreachable, communication administratively prohibited. Quotes the headers and 8 bytes behind. */
static __always_inline int fw_build_prohibited(struct __sk_buff *skb, const struct fw_packet *p,
					       struct fw_answer *answer)
{
	__u8 *icmp = answer->bytes + (p->version == 4 ? FW_IPV4_BYTES : FW_IPV6_BYTES);
	__u32 quote = p->l4 - p->l3 + 8;
	__u64 sum;

	if (quote > p->end - p->l3)
		quote = p->end - p->l3;
	if (quote > FW_QUOTE_BYTES)
		quote = FW_QUOTE_BYTES;
	if (quote < FW_IPV4_BYTES)
		return 0;
	__builtin_memset(icmp, 0, FW_ICMP_BYTES + FW_QUOTE_BYTES);
	if (fw_read(skb, p->l3, icmp + FW_ICMP_BYTES, quote))
		return 0;
	icmp[0] = p->version == 4 ? 3 : 1;
	icmp[1] = p->version == 4 ? 13 : 1;
	sum = fw_answer_header(p, answer->bytes, FW_ICMP_BYTES + quote, p->version == 4 ? FW_IP_ICMP : FW_IP_ICMPV6);
	/* What is not quoted is zero and adds nothing. */
	*(__u16 *)(icmp + 2) = fw_fold(bpf_csum_diff(0, 0, (__be32 *)icmp, FW_ICMP_BYTES + FW_QUOTE_BYTES, sum));
	return FW_ICMP_BYTES + quote;
}

/* Source and destination change places, so that the sender's stack takes the answer for one from there. */
static __always_inline int fw_turn_link(struct __sk_buff *skb, const struct fw_place *place)
{
	__u8 from[12], to[12];

	if (place->link == FW_LINK_RAW)
		return 1;
	if (fw_read(skb, 0, from, sizeof(from)))
		return 0;
	__builtin_memcpy(to, from + 6, 6);
	__builtin_memcpy(to + 6, from, 6);
	return !bpf_skb_store_bytes(skb, 0, to, sizeof(to), 0);
}

/* Makes the packet its own answer; returns the action, TCX_DROP when none can be made. */
static __noinline int fw_reject(struct __sk_buff *skb, const struct fw_place *place, const struct fw_packet *p)
{
	__u32 ip = p->version == 4 ? FW_IPV4_BYTES : FW_IPV6_BYTES;
	struct fw_answer answer;
	__u32 length;

	if (!fw_may_answer(place)) {
		fw_count_fault(FW_FAULT_REJECT_LIMITED);
		return 2;
	}
	length = p->protocol == FW_IP_TCP ? fw_build_reset(skb, p, &answer) : fw_build_prohibited(skb, p, &answer);
	length += ip;
	if (length == ip || length > sizeof(answer) || bpf_skb_change_tail(skb, p->l3 + length, 0) ||
	    bpf_skb_store_bytes(skb, p->l3, &answer, length, BPF_F_RECOMPUTE_CSUM) || !fw_turn_link(skb, place)) {
		fw_count_fault(FW_FAULT_REJECT_FAILED);
		return 2;
	}
	/* Into a veth's other end it goes out; to this machine's own stack it comes in. */
	return bpf_redirect(place->ifindex, place->direction == FW_DIRECTION_EGRESS ? BPF_F_INGRESS : 0);
}

#endif
