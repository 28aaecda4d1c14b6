/* A frame and its cursor: one bounded way to read (fw_read), no other: it checks every access and sees paged data
 * too. What a parser learns stands in struct fw_packet; IPv4 is IPv4-mapped IPv6 there. */
#ifndef FLEETWALL_FRAME_H
#define FLEETWALL_FRAME_H

#include <bpf/bpf_endian.h>

#include "layout.h"
#include "reason.h"

/* RFC 791, 8200, 9293, 768, 792, 4443; IEEE 802.1Q. */
#define FW_ETHERNET_BYTES 14
#define FW_VLAN_BYTES 4
#define FW_IPV4_BYTES 20
#define FW_IPV6_BYTES 40
#define FW_TCP_BYTES 20
#define FW_UDP_BYTES 8
#define FW_ICMP_BYTES 8
#define FW_IPV4_OPTION_BYTES 40

#define FW_ETHERTYPE_IPV4 0x0800
#define FW_ETHERTYPE_ARP 0x0806
#define FW_ETHERTYPE_VLAN 0x8100
#define FW_ETHERTYPE_QINQ 0x88a8
#define FW_ETHERTYPE_IPV6 0x86dd

/* No header begins beyond; the verifier wants to know. */
#define FW_DIRECT_BYTES 4095

enum fw_protocol {
	FW_IP_HOP_BY_HOP = 0,
	FW_IP_ICMP = 1,
	FW_IP_TCP = 6,
	FW_IP_UDP = 17,
	FW_IP_ROUTING = 43,
	FW_IP_FRAGMENT = 44,
	FW_IP_ICMPV6 = 58,
	FW_IP_DESTINATION = 60,
};

#define FW_TCP_FIN 0x01
#define FW_TCP_SYN 0x02
#define FW_TCP_RST 0x04
#define FW_TCP_ACK 0x10

/* What a parser returns when it went well; any other value is an enum fw_reason. */
#define FW_PARSED (-1)

enum fw_part { FW_WHOLE = 0, FW_FIRST_FRAGMENT = 1, FW_LATER_FRAGMENT = 2 };

struct fw_packet {
	union fw_address source;
	union fw_address destination;
	union fw_address judged; /* the address policy speaks of, see fw_judged_address */
	__u32 l3;  /* offset of the IP header */
	__u32 l4;  /* offset behind the last IP header; of the transport header when there is one */
	__u32 end; /* offset behind the datagram */
	__u32 fragment_id;
	__u16 source_port;
	__u16 destination_port;
	__u8 version; /* 0: not IP */
	__u8 protocol;
	__u8 fragment_protocol;
	__u8 part; /* enum fw_part */
	__u8 hop_limit;
	__u8 tcp_flags;
	__u8 icmp_type;
};

/* The first packet of a TCP connection. */
static __always_inline int fw_opens(const struct fw_packet *p)
{
	return p->protocol == FW_IP_TCP && (p->tcp_flags & (FW_TCP_SYN | FW_TCP_ACK)) == FW_TCP_SYN;
}

/* Word by word: 4 bytes loaded from a packet at once are as good as aligned on every CPU with a JIT for BPF. */
static __always_inline void fw_copy(void *to, const void *from, __u32 size)
{
#pragma unroll
	for (__u32 word = 0; word < size / 4; word++)
		((__u32 *)to)[word] = ((const __u32 *)from)[word];
#pragma unroll
	for (__u32 byte = size & ~3U; byte < size; byte++)
		((__u8 *)to)[byte] = ((const __u8 *)from)[byte];
}

/* The cursor: copies, or says that the frame ends before. Reads in place what lies in the linear part, nearly
 * everything; the rest, and sizes known only at run time, by bpf_skb_load_bytes: the same bytes, 8 ns later. */
static __always_inline int fw_read(struct __sk_buff *skb, __u32 offset, void *to, __u32 size)
{
	const void *at = (const void *)(long)skb->data;

	if (!__builtin_constant_p(size) || offset > FW_DIRECT_BYTES)
		return bpf_skb_load_bytes(skb, offset, to, size);
	at += offset;
	if (at + size > (const void *)(long)skb->data_end)
		return bpf_skb_load_bytes(skb, offset, to, size);
	fw_copy(to, at, size);
	return 0;
}

static __always_inline __u16 fw_u16(const __u8 *at)
{
	return (__u16)at[0] << 8 | at[1];
}

#endif
