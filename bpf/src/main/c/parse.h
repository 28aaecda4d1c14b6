/* From bytes to a packet, or to the reason why there is none. One bounded cursor (fw_read), no other way to read:
 * it checks every access and sees paged data too. IPv4 becomes IPv4-mapped IPv6 here. */
#ifndef FLEETWALL_PARSE_H
#define FLEETWALL_PARSE_H

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

/* The frame up to the IP header. FW_ALLOWED_ARP ends it too. */
static __always_inline int fw_parse_link(struct __sk_buff *skb, __u8 link, struct fw_packet *p)
{
	__u32 offset = FW_ETHERNET_BYTES;
	__u8 bytes[2];
	__u16 type;
	int tags = skb->vlan_present ? 1 : 0; /* a tag which the kernel has taken off is a tag */

	if (link == FW_LINK_RAW) {
		/* What the stack would do with it follows from the version alone. */
		if (fw_read(skb, 0, bytes, 1))
			return FW_TRUNCATED;
		p->l3 = 0;
		p->version = bytes[0] >> 4;
		return p->version == 4 || p->version == 6 ? FW_PARSED : FW_NOT_IP;
	}
	if (fw_read(skb, FW_ETHERNET_BYTES - 2, bytes, 2))
		return FW_TRUNCATED;
	type = fw_u16(bytes);
	for (int i = 0; i <= FW_VLAN_TAGS; i++) {
		if (type != FW_ETHERTYPE_VLAN && type != FW_ETHERTYPE_QINQ)
			break;
		if (++tags > FW_VLAN_TAGS)
			return FW_VLAN_DEPTH;
		offset += FW_VLAN_BYTES;
		if (fw_read(skb, offset - 2, bytes, 2))
			return FW_TRUNCATED;
		type = fw_u16(bytes);
	}
	p->l3 = offset;
	switch (type) {
	case FW_ETHERTYPE_IPV4:
		p->version = 4;
		return FW_PARSED;
	case FW_ETHERTYPE_IPV6:
		p->version = 6;
		return FW_PARSED;
	case FW_ETHERTYPE_ARP:
		return FW_ALLOWED_ARP;
	}
	return FW_NOT_IP;
}

/* RFC 791 options: a list of types, lengths and values; type 0 ends it, type 1 has no length.
 * Global functions are verified by themselves and once: the loops of the parser cost their callers nothing. */
__noinline int fw_parse_options(struct __sk_buff *skb, __u32 offset, __u32 length)
{
	__u8 options[FW_IPV4_OPTION_BYTES] = {};
	__u32 at = 0;

	if (length < 4 || length > FW_IPV4_OPTION_BYTES)
		return FW_MALFORMED;
	if (fw_read(skb, offset, options, length))
		return FW_TRUNCATED;
	for (int i = 0; i < FW_IPV4_OPTION_BYTES; i++) {
		__u8 type, size;

		if (at >= length || at >= FW_IPV4_OPTION_BYTES)
			return FW_PARSED;
		type = options[at];
		if (type == 0)
			return FW_PARSED;
		if (type == 1) {
			at++;
			continue;
		}
		if (type == 131 || type == 137) /* loose, strict source and record route */
			return FW_SOURCE_ROUTE;
		if (at + 1 >= length || at + 1 >= FW_IPV4_OPTION_BYTES)
			return FW_MALFORMED;
		size = options[at + 1];
		if (size < 2 || at + size > length)
			return FW_MALFORMED;
		at += size;
	}
	return FW_PARSED;
}

/* A later fragment whose data would lie in the TCP header of the first one (RFC 1858, 3128). */
static __always_inline int fw_later_fragment(struct fw_packet *p, __u16 units)
{
	p->part = FW_LATER_FRAGMENT;
	return (__u32)units * 8 < FW_TCP_BYTES ? FW_FRAGMENT_TINY : FW_PARSED;
}

static __always_inline int fw_parse_ipv4(struct __sk_buff *skb, struct fw_packet *p)
{
	__u8 header[FW_IPV4_BYTES] __attribute__((aligned(4)));
	__u32 length, total;
	__u16 fragment;

	if (fw_read(skb, p->l3, header, sizeof(header)))
		return FW_TRUNCATED;
	length = (header[0] & 0xf) * 4;
	total = fw_u16(header + 2);
	__builtin_memcpy(&p->source.words[3], header + 12, 4);
	__builtin_memcpy(&p->destination.words[3], header + 16, 4);
	p->source.words[2] = p->destination.words[2] = bpf_htonl(0xffff);
	p->protocol = p->fragment_protocol = header[9];
	p->hop_limit = header[8];
	/* The kernel's own segments beyond 64 KiB (BIG TCP) have no length; nobody else can make them. */
	if (!total && skb->gso_size)
		total = skb->len - p->l3;
	if (header[0] >> 4 != 4 || length < FW_IPV4_BYTES || total < length)
		return FW_MALFORMED;
	p->l4 = p->l3 + length;
	p->end = p->l3 + total;
	if (p->end > skb->len)
		return FW_TRUNCATED;
	if (length > FW_IPV4_BYTES) {
		int refused = fw_parse_options(skb, p->l3 + FW_IPV4_BYTES, length - FW_IPV4_BYTES);

		if (refused != FW_PARSED)
			return refused;
	}
	fragment = fw_u16(header + 6);
	p->fragment_id = fw_u16(header + 4);
	if (fragment & 0x1fff)
		return fw_later_fragment(p, fragment & 0x1fff);
	if (fragment & 0x2000)
		p->part = FW_FIRST_FRAGMENT;
	return FW_PARSED;
}

static __always_inline int fw_is_extension(__u8 protocol)
{
	return protocol == FW_IP_HOP_BY_HOP || protocol == FW_IP_ROUTING || protocol == FW_IP_FRAGMENT ||
	       protocol == FW_IP_DESTINATION;
}

/* One extension header at p->l4, which moves behind it. Each is 8 bytes or more. A first fragment holds the
 * whole chain (RFC 7112). */
static __always_inline int fw_parse_extension(struct __sk_buff *skb, struct fw_packet *p, int *fragments)
{
	int cut = p->part == FW_FIRST_FRAGMENT ? FW_FRAGMENT_TINY : FW_TRUNCATED;
	__u8 header[8] __attribute__((aligned(4)));
	__u8 kind = p->protocol;
	__u32 length = 8;

	if (kind == FW_IP_FRAGMENT && (*fragments)++)
		return FW_EXTENSION_CHAIN;
	if (p->l4 + sizeof(header) > p->end || fw_read(skb, p->l4, header, sizeof(header)))
		return cut;
	p->protocol = header[0];
	if (kind == FW_IP_FRAGMENT) {
		__u16 word = fw_u16(header + 2);

		p->fragment_protocol = header[0];
		__builtin_memcpy(&p->fragment_id, header + 4, 4);
		p->l4 += length;
		if (word >> 3)
			return fw_later_fragment(p, word >> 3);
		if (word & 1)
			p->part = FW_FIRST_FRAGMENT;
		return FW_PARSED;
	}
	length = ((__u32)header[1] + 1) * 8;
	if (p->l4 + length > p->end)
		return cut;
	if (kind == FW_IP_ROUTING && header[3])
		return FW_SOURCE_ROUTE;
	p->l4 += length;
	return FW_PARSED;
}

static __always_inline int fw_parse_ipv6(struct __sk_buff *skb, struct fw_packet *p)
{
	__u8 header[8] __attribute__((aligned(4)));
	__u32 payload;
	int fragments = 0;

	if (fw_read(skb, p->l3, header, sizeof(header)) ||
	    fw_read(skb, p->l3 + 8, &p->source, 16) || fw_read(skb, p->l3 + 24, &p->destination, 16))
		return FW_TRUNCATED;
	payload = fw_u16(header + 4);
	p->protocol = header[6];
	p->hop_limit = header[7];
	p->l4 = p->l3 + FW_IPV6_BYTES;
	/* Mapped addresses are a form of writing, never one of sending (RFC 6890); as our own they would be routed elsewhere. */
	if (header[0] >> 4 != 6 || fw_is_ipv4(&p->source) || fw_is_ipv4(&p->destination))
		return FW_MALFORMED;
	if (!payload && skb->gso_size)
		payload = skb->len - p->l4;
	if (!payload && p->protocol == FW_IP_HOP_BY_HOP)
		return FW_MALFORMED;
	p->end = p->l4 + payload;
	if (p->end > skb->len)
		return FW_TRUNCATED;
	for (int i = 0; i <= FW_EXTENSIONS; i++) {
		int refused;

		if (!fw_is_extension(p->protocol) || p->part == FW_LATER_FRAGMENT)
			return FW_PARSED;
		if (i == FW_EXTENSIONS)
			return FW_EXTENSION_CHAIN;
		refused = fw_parse_extension(skb, p, &fragments);
		if (refused != FW_PARSED)
			return refused;
	}
	return FW_PARSED;
}

/* Ports, flags and types. A cut header in a first fragment is an attempt to hide it from us. */
static __always_inline int fw_parse_transport(struct __sk_buff *skb, struct fw_packet *p)
{
	int cut = p->part == FW_FIRST_FRAGMENT ? FW_FRAGMENT_TINY : FW_TRUNCATED;
	__u8 icmp = p->version == 4 ? FW_IP_ICMP : FW_IP_ICMPV6;
	__u8 header[FW_TCP_BYTES] __attribute__((aligned(4)));

	if (p->protocol == FW_IP_TCP) {
		if (p->l4 + FW_TCP_BYTES > p->end || fw_read(skb, p->l4, header, FW_TCP_BYTES))
			return cut;
		p->tcp_flags = header[13];
	} else if (p->protocol == FW_IP_UDP || p->protocol == icmp) {
		if (p->l4 + FW_UDP_BYTES > p->end || fw_read(skb, p->l4, header, FW_UDP_BYTES))
			return cut;
	} else {
		return FW_PROTOCOL;
	}
	if (p->protocol == icmp) {
		p->icmp_type = header[0];
		return FW_PARSED;
	}
	p->source_port = fw_u16(header);
	p->destination_port = fw_u16(header + 2);
	return FW_PARSED;
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

/* Everything up to the transport header; of a later fragment up to its place in the datagram. */
__noinline int fw_parse(struct __sk_buff *skb, __u8 link, struct fw_packet *p)
{
	int refused;

	if (!p)
		return FW_TABLE_FAULT; /* for the verifier: a global function's pointer may be null */
	refused = fw_parse_link(skb, link, p);
	if (refused != FW_PARSED)
		return refused;
	refused = p->version == 4 ? fw_parse_ipv4(skb, p) : fw_parse_ipv6(skb, p);
	fw_judged_address(&p->destination, &p->judged);
	if (refused != FW_PARSED || p->part == FW_LATER_FRAGMENT)
		return refused;
	return fw_parse_transport(skb, p);
}

#endif
