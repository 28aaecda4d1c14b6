/* What a machine answers over its uplink: replies to calls that came in, and DHCP. The policy speaks of what a
 * machine starts; these it did not start. Its oracle is io.fleetwall.policy.verdict.Uplink. */
#ifndef FLEETWALL_REPLY_H
#define FLEETWALL_REPLY_H

#include "maps.h"
#include "parse.h"

/* RFC 2131 4.1, RFC 8415 7.2. */
#define FW_DHCP_SERVER 67
#define FW_DHCP_CLIENT 68
#define FW_DHCPV6_CLIENT 546
#define FW_DHCPV6_SERVER 547

static __always_inline int fw_is_dhcp(const struct fw_packet *p, __u16 from, __u16 to)
{
	return p->protocol == FW_IP_UDP && p->source_port == from && p->destination_port == to;
}

static __always_inline int fw_is_dhcp_request(const struct fw_packet *p)
{
	return fw_is_dhcp(p, FW_DHCP_CLIENT, FW_DHCP_SERVER) || fw_is_dhcp(p, FW_DHCPV6_CLIENT, FW_DHCPV6_SERVER);
}

static __always_inline int fw_is_dhcp_answer(const struct fw_packet *p)
{
	return fw_is_dhcp(p, FW_DHCP_SERVER, FW_DHCP_CLIENT) || fw_is_dhcp(p, FW_DHCPV6_SERVER, FW_DHCPV6_CLIENT);
}

/* No router passes it on: limited broadcast, link-scope multicast, link-local. */
static __always_inline int fw_stays_on_link(const union fw_address *to)
{
	if (!to->words[0] && !to->words[1])
		return to->words[2] == bpf_htonl(0xffff) && to->words[3] == 0xffffffff;
	return fw_is_link_multicast(to) || fw_is_link_local(to);
}

/* A packet of this machine's own sockets. One that is forwarded has none: a container behind address
 * translation cannot pass for the machine's SSH server. */
static __always_inline int fw_is_own(struct __sk_buff *skb)
{
	return bpf_get_socket_cookie(skb) != 0;
}

/* Is this the way back of a call to a port that is still listed? */
static __always_inline int fw_is_inbound(const struct fw_inbound_flow *flow)
{
	struct fw_inbound_port port = {
		.ifindex = flow->ifindex, .port = flow->local_port, .protocol = flow->protocol};

	return bpf_map_lookup_elem(&inbound_ports, &port) && bpf_map_lookup_elem(&inbound_flows, flow);
}

/* On an uplink: an answer, or FW_PARSED when the policy decides. A connection opened by us is never an answer. */
static __noinline int fw_judge_reply(struct __sk_buff *skb, __u32 ifindex, const struct fw_packet *p)
{
	struct fw_inbound_flow flow = {
		.remote = p->judged, .ifindex = ifindex, .local_port = p->source_port,
		.remote_port = p->destination_port, .protocol = p->protocol};

	if (fw_opens(p) || !fw_is_own(skb))
		return FW_PARSED;
	if (fw_is_dhcp_request(p))
		return fw_stays_on_link(&p->destination) || bpf_map_lookup_elem(&inbound_flows, &flow)
			       ? FW_ALLOWED_DHCP
			       : FW_PARSED;
	flow.local = p->source;
	return fw_is_inbound(&flow) ? FW_ALLOWED_REPLY : FW_PARSED;
}

#endif
