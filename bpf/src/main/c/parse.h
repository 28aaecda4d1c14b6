/* From bytes to a packet, or to the reason why there is none. */
#ifndef FLEETWALL_PARSE_H
#define FLEETWALL_PARSE_H

#include "ipv4.h"
#include "ipv6.h"
#include "link.h"

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
