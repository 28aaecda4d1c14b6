/* ICMP other than echo: errors of known flows, and what keeps a link alive. */
#ifndef FLEETWALL_ICMP_H
#define FLEETWALL_ICMP_H

#include "flow.h"
#include "source.h"

enum fw_icmp {
	FW_ICMP_UNREACHABLE = 3,
	FW_ICMP_ECHO = 8,
	FW_ICMP_TIME_EXCEEDED = 11,
	FW_ICMP_PARAMETER = 12,
	FW_ICMPV6_UNREACHABLE = 1,
	FW_ICMPV6_PARAMETER = 4,
	FW_ICMPV6_ECHO = 128,
	FW_ICMPV6_MLD_REPORT = 131,
	FW_ICMPV6_MLD_DONE = 132,
	FW_ICMPV6_ROUTER_SOLICITATION = 133,
	FW_ICMPV6_NEIGHBOUR_SOLICITATION = 135,
	FW_ICMPV6_NEIGHBOUR_ADVERTISEMENT = 136,
	FW_ICMPV6_MLD2_REPORT = 143,
};

/* The DNS proxy's answer came when nobody waited any more: the error goes to ourselves and nowhere else. */
static __always_inline int fw_is_late_answer(const struct fw_place *place, const struct fw_packet *p,
					     const struct fw_flow_key *quoted)
{
	return quoted->destination_port == 53 && fw_is_self(place, &p->destination);
}

/* The quoted packet called one of our listed ports. */
static __always_inline int fw_is_of_inbound(struct __sk_buff *skb, const struct fw_place *place,
					    const struct fw_packet *p, const struct fw_flow_key *quoted)
{
	struct fw_inbound_flow flow = {
		.local = quoted->source, .remote = p->judged, .ifindex = place->ifindex,
		.local_port = quoted->source_port, .remote_port = quoted->destination_port,
		.protocol = quoted->protocol};

	return place->direction == FW_DIRECTION_EGRESS && fw_is_own(skb) && fw_is_inbound(&flow);
}

/* An ICMP error belongs to a flow when it goes to the remote whose packet it quotes, and that packet was
 * part of an allowed flow of ours. Anything else could carry data to anywhere. */
static __noinline int fw_quotes_known_flow(struct __sk_buff *skb, const struct fw_place *place,
					   const struct fw_packet *p)
{
	__u32 quote = p->l4 + FW_ICMP_BYTES;
	struct fw_flow_key key = {.slot = place->slot};
	union fw_address from, to;
	__u8 header[FW_IPV4_BYTES];
	__u8 ports[8];
	__u32 length = FW_IPV6_BYTES;

	if (p->version == 4) {
		if (fw_read(skb, quote, header, FW_IPV4_BYTES))
			return 0;
		length = (header[0] & 0xf) * 4;
		if (header[0] >> 4 != 4 || length < FW_IPV4_BYTES || fw_u16(header + 6) & 0x1fff)
			return 0;
		key.protocol = header[9];
		fw_map_ipv4(&from, 0);
		fw_map_ipv4(&to, 0);
		__builtin_memcpy(&from.words[3], header + 12, 4);
		__builtin_memcpy(&to.words[3], header + 16, 4);
	} else {
		if (fw_read(skb, quote, header, 8) || fw_read(skb, quote + 8, &from, 16) ||
		    fw_read(skb, quote + 24, &to, 16) || header[0] >> 4 != 6)
			return 0;
		key.protocol = header[6];
	}
	if (key.protocol != FW_IP_TCP && key.protocol != FW_IP_UDP)
		return 0;
	if (quote + length + sizeof(ports) > p->end || fw_read(skb, quote + length, ports, sizeof(ports)))
		return 0;
	key.destination_port = fw_u16(ports);
	key.source_port = fw_u16(ports + 2);
	fw_judged_address(&from, &key.destination);
	key.source = to;
	if (!fw_same_address(&key.destination, &p->judged))
		return 0;
	return fw_known_flow(place, &key) || fw_is_late_answer(place, p, &key) ||
	       fw_is_of_inbound(skb, place, p, &key);
}

/* What a neighbour says has its address, two link addresses and a nonce, 96 bytes with the IP header and a router alert; only
 * a list of groups is longer. The rest of the frame counts: it is no room for anything else. */
#define FW_NEIGHBOUR_BYTES 128
#define FW_GROUPS_BYTES 1280

/* The neighbour to whom this goes has asked who we are, from an address that is not of the link only. */
static __always_inline int fw_has_asked(const struct fw_place *place, const struct fw_packet *p)
{
	struct fw_inbound_flow question = {.remote = p->judged, .ifindex = place->ifindex, .protocol = FW_IP_ICMPV6};

	return place->direction == FW_DIRECTION_EGRESS && bpf_map_lookup_elem(&inbound_flows, &question);
}

/* Neighbour discovery and multicast listener reports: on the link only (RFC 4861, 2710, 3810), never in fragments
 * (RFC 6980). */
static __always_inline int fw_is_neighbour(const struct fw_place *place, const struct fw_packet *p)
{
	int link_multicast = fw_is_link_multicast(&p->destination);

	switch (p->icmp_type) {
	case FW_ICMPV6_NEIGHBOUR_ADVERTISEMENT:
		if (p->hop_limit == 255 && fw_has_asked(place, p))
			return 1;
		/* fall through */
	case FW_ICMPV6_ROUTER_SOLICITATION:
	case FW_ICMPV6_NEIGHBOUR_SOLICITATION:
		return p->hop_limit == 255 &&
		       (link_multicast || fw_is_link_local(&p->destination) || fw_is_self(place, &p->destination));
	case FW_ICMPV6_MLD_REPORT:
	case FW_ICMPV6_MLD_DONE:
	case FW_ICMPV6_MLD2_REPORT:
		return p->hop_limit == 1 && link_multicast;
	}
	return 0;
}

static __always_inline int fw_is_icmp(const struct fw_packet *p)
{
	return p->protocol == (p->version == 4 ? FW_IP_ICMP : FW_IP_ICMPV6);
}

static __always_inline int fw_is_echo(const struct fw_packet *p)
{
	return fw_is_icmp(p) && p->icmp_type == (p->version == 4 ? FW_ICMP_ECHO : FW_ICMPV6_ECHO);
}

/* What keeps a link alive passes under any policy, and under none; before it has an address, in nobody's name. */
static __always_inline int fw_is_link_upkeep(struct __sk_buff *skb, const struct fw_place *place,
					     const struct fw_packet *p)
{
	__u32 most = p->icmp_type == FW_ICMPV6_MLD2_REPORT ? FW_GROUPS_BYTES : FW_NEIGHBOUR_BYTES;

	return p->version == 6 && p->part == FW_WHOLE && fw_is_icmp(p) && skb->len - p->l3 <= most &&
	       fw_is_neighbour(place, p) &&
	       (fw_is_nobody(&p->source) || fw_is_genuine(place, p));
}

/* ICMP that is no echo request, nor about the link. */
static __always_inline __u32 fw_judge_icmp(struct __sk_buff *skb, const struct fw_place *place,
					   const struct fw_packet *p)
{
	__u8 type = p->icmp_type;
	int error = p->version == 4 ? type == FW_ICMP_UNREACHABLE || type == FW_ICMP_TIME_EXCEEDED ||
					      type == FW_ICMP_PARAMETER
				    : type >= FW_ICMPV6_UNREACHABLE && type <= FW_ICMPV6_PARAMETER;

	if (!fw_is_genuine(place, p))
		return FW_SOURCE_SPOOFED;
	return error && fw_quotes_known_flow(skb, place, p) ? FW_ALLOWED_ICMP_ERROR : FW_ICMP_TYPE;
}

#endif
