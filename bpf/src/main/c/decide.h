/* The decision, written once, for both families, both directions and both modes. Its oracle in tests is
 * io.fleetwall.policy.verdict.ReferenceVerdict. Nothing here writes a map that outlives the program. */
#ifndef FLEETWALL_DECIDE_H
#define FLEETWALL_DECIDE_H

#include "checksum.h"
#include "fragment.h"
#include "icmp.h"
#include "policy.h"

/* DNS goes to the node's proxy and nowhere else, whatever the policy; FW_PARSED when it is no DNS. */
static __always_inline int fw_judge_dns(const struct fw_place *place, const struct fw_packet *p)
{
	if (p->protocol != FW_IP_TCP && p->protocol != FW_IP_UDP)
		return FW_PARSED;
	if (p->destination_port == 853)
		return FW_DNS_ELSEWHERE;
	if (p->destination_port != 53)
		return FW_PARSED;
	if (FW_WORD_FLAGS(place->word) & FW_FLAG_DNS_REDIRECT || fw_is_self(place, &p->destination))
		return FW_ALLOWED_DNS_PROXY;
	return FW_DNS_ELSEWHERE;
}

/* Does the agent send this: its link and its questions to resolvers? Known by the control group in which the socket
 * was made, never by where it sends, nor by a mark. Never remembered: another socket may have the ports next. */
static __always_inline int fw_is_agent(struct __sk_buff *skb)
{
	__u32 index = 0;
	__u64 *group = bpf_map_lookup_elem(&agent, &index);

	return group && *group && bpf_skb_cgroup_id(skb) == *group;
}

/* A parsed packet with ports, or an echo request. */
static __always_inline void fw_judge_flow(struct __sk_buff *skb, const struct fw_place *place,
					  const struct fw_packet *p, struct fw_judgement *judgement)
{
	struct fw_flow_key key;
	struct fw_flow *flow;
	int unruled;

	fw_flow_key(place, p, &key);
	/* A new connection is decided anew: a name may have expired since the last one. */
	flow = fw_opens(p) ? 0 : fw_known_flow(place, &key);
	if (flow) {
		judgement->reason = flow->rule ? FW_ALLOWED_BY_RULE : FW_ALLOWED_BY_DEFAULT;
		judgement->rule = flow->rule;
		judgement->known = 1;
		return;
	}
	if (place->direction == FW_DIRECTION_EGRESS && fw_is_agent(skb)) {
		judgement->reason = FW_ALLOWED_AGENT;
		return;
	}
	if (!fw_is_genuine(place, p)) {
		judgement->reason = FW_SOURCE_SPOOFED;
		return;
	}
	unruled = fw_judge_dns(place, p);
	if (unruled == FW_PARSED && place->direction == FW_DIRECTION_EGRESS)
		unruled = fw_judge_reply(skb, place->ifindex, p);
	if (unruled != FW_PARSED)
		judgement->reason = unruled;
	else
		fw_judge_policy(place, p, judgement);
}

/* The whole decision. */
static __always_inline void fw_judge(struct __sk_buff *skb, const struct fw_place *place, struct fw_packet *p,
				     struct fw_judgement *judgement)
{
	int refused = fw_parse(skb, place->link, p);

	if (refused == FW_PARSED && fw_is_link_upkeep(skb, place, p))
		refused = FW_ALLOWED_NEIGHBOUR;
	if ((refused == FW_PARSED || fw_allowed(refused)) && fw_is_checksum_elsewhere(skb, p))
		refused = FW_CHECKSUM_OFFSET;
	if (!FW_WORD_TABLE_SET(place->word) && refused != FW_ALLOWED_ARP && refused != FW_ALLOWED_NEIGHBOUR)
		judgement->reason = FW_NO_TABLE_SET;
	else if (refused != FW_PARSED)
		judgement->reason = refused;
	else if (p->part == FW_LATER_FRAGMENT)
		judgement->reason = fw_judge_later_fragment(place, p);
	else if (fw_is_icmp(p) && !fw_is_echo(p))
		judgement->reason = fw_judge_icmp(skb, place, p);
	else
		fw_judge_flow(skb, place, p, judgement);
}

#endif
