/* From the first byte of a frame to the IP header behind it. */
#ifndef FLEETWALL_LINK_H
#define FLEETWALL_LINK_H

#include "frame.h"

/* RFC 826 for IPv4 over Ethernet, padded with zeros to the least size of a frame, and nothing more: what the link
 * needs, and no room for anything else. */
#define FW_ARP_BYTES 28
#define FW_ARP_PADDING 18

static __always_inline int fw_parse_arp(struct __sk_buff *skb, __u32 offset)
{
	__u8 padding[FW_ARP_PADDING] = {};
	__u8 header[8];
	__u32 rest;

	if (offset + FW_ARP_BYTES > skb->len || fw_read(skb, offset, header, sizeof(header)))
		return FW_TRUNCATED;
	rest = skb->len - offset - FW_ARP_BYTES;
	if (header[0] != 0 || header[1] != 1 || header[2] != 0x08 || header[3] != 0 || header[4] != 6 ||
	    header[5] != 4 || header[6] != 0 || (header[7] != 1 && header[7] != 2) || rest > FW_ARP_PADDING)
		return FW_MALFORMED;
	if (rest && bpf_skb_load_bytes(skb, offset + FW_ARP_BYTES, padding, rest))
		return FW_TRUNCATED;
	for (int i = 0; i < FW_ARP_PADDING; i++)
		if (padding[i])
			return FW_MALFORMED;
	return FW_ALLOWED_ARP;
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
		return fw_parse_arp(skb, offset);
	}
	return FW_NOT_IP;
}

#endif
