/* RFC 8200: header and extension headers, as far as a limit. */
#ifndef FLEETWALL_IPV6_H
#define FLEETWALL_IPV6_H

#include "ipv4.h"

static __always_inline int fw_is_extension(__u8 protocol)
{
	return protocol == FW_IP_HOP_BY_HOP || protocol == FW_IP_ROUTING || protocol == FW_IP_FRAGMENT ||
	       protocol == FW_IP_DESTINATION;
}

/* One extension header at p->l4, which moves behind it. Each is 8 bytes or more. A first fragment holds the
 * whole chain (RFC 7112), and none of it behind its fragment header: a later fragment could lie over the transport
 * header from wherever options put it, and only the first 20 bytes are out of its reach (fw_later_fragment). */
static __always_inline int fw_parse_extension(struct __sk_buff *skb, struct fw_packet *p, int *fragments)
{
	__u8 header[8] __attribute__((aligned(4)));
	__u8 kind = p->protocol;
	__u32 length = 8;

	if (kind == FW_IP_FRAGMENT && (*fragments)++)
		return FW_EXTENSION_CHAIN;
	if (p->l4 + sizeof(header) > p->end || fw_read(skb, p->l4, header, sizeof(header)))
		return FW_TRUNCATED;
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
		return p->part == FW_FIRST_FRAGMENT && fw_is_extension(p->protocol) ? FW_FRAGMENT_TINY : FW_PARSED;
	}
	length = ((__u32)header[1] + 1) * 8;
	if (p->l4 + length > p->end)
		return FW_TRUNCATED;
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

#endif
