/* The other side of an uplink: remembers who called a listed port, and which DHCP server answered. It judges nothing.
 * Any packet of a connection but a reset is remembered, not its first one alone: connections older than the agent,
 * and those the memory has lost, go on. A remote that helps the job could as well open a new one. */
#ifndef FLEETWALL_INBOUND_H
#define FLEETWALL_INBOUND_H

#include "count.h"
#include "icmp.h"
#include "runner.h"

/* A neighbour with an address of more than the link wants to know who has ours (RFC 4861 7.2.4): the answer goes there. */
static __always_inline int fw_asks_for_us(const struct fw_packet *p)
{
	return p->icmp_type == FW_ICMPV6_NEIGHBOUR_SOLICITATION && p->hop_limit == 255 && p->part == FW_WHOLE &&
	       !fw_is_link_local(&p->source) && !fw_is_nobody(&p->source);
}

static __always_inline void fw_remember_inbound(const struct fw_packet *p, __u32 ifindex)
{
	struct fw_inbound_flow flow = {
		.ifindex = ifindex, .local_port = p->destination_port, .remote_port = p->source_port,
		.protocol = p->protocol};
	struct fw_inbound_port port = {.ifindex = ifindex, .port = p->destination_port, .protocol = p->protocol};
	__u8 known = 1;

	if (p->protocol == FW_IP_ICMPV6 && p->version == 6) {
		if (!fw_asks_for_us(p))
			return;
	} else if (!fw_is_dhcp_answer(p)) {
		if ((p->protocol == FW_IP_TCP && p->tcp_flags & FW_TCP_RST) ||
		    !bpf_map_lookup_elem(&inbound_ports, &port))
			return;
		flow.local = p->destination;
	}
	fw_judged_address(&p->source, &flow.remote);
	if (!bpf_map_lookup_elem(&inbound_flows, &flow) && bpf_map_update_elem(&inbound_flows, &flow, &known, BPF_ANY))
		fw_count_fault(FW_FAULT_INBOUND_FORGOTTEN);
}

static __always_inline void fw_see_inbound(struct __sk_buff *skb)
{
	__u32 ifindex = skb->ifindex;
	__u64 runner = fw_runner(ifindex);
	struct fw_packet p = {};

	if (!runner || FW_RUNNER_DIRECTION(runner) != FW_DIRECTION_EGRESS)
		return;
	if (fw_parse(skb, FW_RUNNER_LINK(runner), &p) == FW_PARSED && p.part != FW_LATER_FRAGMENT)
		fw_remember_inbound(&p, ifindex);
}

#endif
