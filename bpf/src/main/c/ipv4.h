/* RFC 791: header, options, fragments. */
#ifndef FLEETWALL_IPV4_H
#define FLEETWALL_IPV4_H

#include "address.h"

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

#endif
