/* The decision, written once, for both families, both directions and both modes. Its oracle in tests is
 * io.fleetwall.policy.verdict.ReferenceVerdict. Nothing here writes a map that outlives the program. */
#ifndef FLEETWALL_DECIDE_H
#define FLEETWALL_DECIDE_H

#include "maps.h"
#include "network.h"
#include "parse.h"
#include "reply.h"

/* Port keys and outcome words: io.fleetwall.policy.document.PortClass, ...compiled.Outcome. */
#define FW_KEY_TCP(port) ((__u32)(port))
#define FW_KEY_UDP(port) (1U << 16 | (port))
#define FW_KEY_ICMP_ECHO (2U << 16)

enum fw_effect { FW_EFFECT_NONE = 0, FW_EFFECT_ALLOW = 1, FW_EFFECT_DENY = 2, FW_EFFECT_FAULT = 3 };

#define FW_EFFECT(outcome) ((outcome) & 3)
#define FW_RULE(outcome) ((outcome) >> 2)

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

/* What is known before the packet: where it is, and what is in force there, read once. */
struct fw_place {
	__u64 word;
	__u64 now; /* CLOCK_BOOTTIME, ns; 0 while nobody has asked: a known flow never does */
	__u32 ifindex;
	__u16 slot;
	__u8 link;
	__u8 direction;
};

struct fw_judgement {
	enum fw_reason reason;
	__u32 rule;
	__u32 name;
	__u32 known; /* the flow memory answered: nothing to report */
};

static __always_inline int fw_allowed(__u32 reason)
{
	return FW_ALLOWED_REASONS >> (reason & 31) & 1;
}

static __always_inline int fw_has_flow(__u32 reason)
{
	return reason == FW_ALLOWED_BY_RULE || reason == FW_ALLOWED_BY_DEFAULT;
}

static __always_inline void fw_flow_key(const struct fw_place *place, const struct fw_packet *p,
					struct fw_flow_key *key)
{
	key->source = p->source;
	key->destination = p->judged;
	key->source_port = p->source_port;
	key->destination_port = p->destination_port;
	key->slot = place->slot;
	key->protocol = p->protocol;
	key->reason = 0;
}

static __always_inline int fw_is_self(const struct fw_place *place, const union fw_address *address)
{
	struct fw_self_key key = {.ifindex = place->ifindex, .address = *address};

	return bpf_map_lookup_elem(&self, &key) != 0;
}

/* The greatest start that is not above the key, in 7 probes; FW_EFFECT_FAULT when there is no program. */
static __always_inline __u32 fw_outcome(void *programs, __u32 index, __u32 key)
{
	struct fw_program *program = bpf_map_lookup_elem(programs, &index);
	__u32 at = 0;

	if (!program || !program->steps)
		return FW_EFFECT_FAULT;
#pragma unroll
	for (__u32 step = FW_PORT_STEPS / 2; step; step /= 2)
		if (at + step < program->steps && program->starts[(at + step) & (FW_PORT_STEPS - 1)] <= key)
			at += step;
	return program->outcomes[at & (FW_PORT_STEPS - 1)];
}

/* Is there an allowed flow with this key under the word in force? */
static __always_inline struct fw_flow *fw_known_flow(const struct fw_place *place, const struct fw_flow_key *key)
{
	struct fw_flow *flow = bpf_map_lookup_elem(&flows, key);

	return flow && flow->stamp == place->word ? flow : 0;
}

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

/* Neighbour discovery and multicast listener reports: on the link only (RFC 4861, 2710, 3810). */
static __always_inline int fw_is_neighbour(const struct fw_place *place, const struct fw_packet *p)
{
	const __u8 *to = p->destination.bytes;
	int link_multicast = to[0] == 0xff && to[1] == 0x02;

	switch (p->icmp_type) {
	case FW_ICMPV6_ROUTER_SOLICITATION:
	case FW_ICMPV6_NEIGHBOUR_SOLICITATION:
	case FW_ICMPV6_NEIGHBOUR_ADVERTISEMENT:
		return p->hop_limit == 255 && (link_multicast || (to[0] == 0xfe && (to[1] & 0xc0) == 0x80) ||
					       fw_is_self(place, &p->destination));
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

/* ICMP that is no echo request. */
static __always_inline __u32 fw_judge_icmp(struct __sk_buff *skb, const struct fw_place *place,
					   const struct fw_packet *p)
{
	__u8 type = p->icmp_type;
	int error = p->version == 4 ? type == FW_ICMP_UNREACHABLE || type == FW_ICMP_TIME_EXCEEDED ||
					      type == FW_ICMP_PARAMETER
				    : type >= FW_ICMPV6_UNREACHABLE && type <= FW_ICMPV6_PARAMETER;

	if (p->version == 6 && fw_is_neighbour(place, p))
		return FW_ALLOWED_NEIGHBOUR;
	return error && fw_quotes_known_flow(skb, place, p) ? FW_ALLOWED_ICMP_ERROR : FW_ICMP_TYPE;
}

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

static __always_inline __u32 fw_port_key(const struct fw_packet *p)
{
	if (p->protocol == FW_IP_TCP)
		return FW_KEY_TCP(p->destination_port);
	return p->protocol == FW_IP_UDP ? FW_KEY_UDP(p->destination_port) : FW_KEY_ICMP_ECHO;
}

static __always_inline void fw_by_rule(struct fw_judgement *judgement, __u32 reason, __u32 outcome)
{
	judgement->reason = reason;
	judgement->rule = FW_RULE(outcome);
}

/* The policy: an explicit deny, then an allow, of the network or of the learned address, then the default. */
static __noinline void fw_judge_policy(const struct fw_place *place, const struct fw_packet *p,
				       struct fw_judgement *judgement)
{
	__u32 table_set = FW_WORD_TABLE_SET(place->word);
	void *networks = bpf_map_lookup_elem(&net_tables, &table_set);
	void *learned_addresses = bpf_map_lookup_elem(&learned_tables, &table_set);
	void *programs = bpf_map_lookup_elem(&program_tables, &table_set);
	__u32 by_network = FW_EFFECT_NONE, by_name = FW_EFFECT_NONE;
	struct fw_learned *learned;
	__u32 program;
	int expired = 0;

	judgement->reason = FW_TABLE_FAULT;
	if (!networks || !learned_addresses || !programs)
		return;
	program = fw_network_program(networks, place->word, &p->judged);
	if (program != FW_NO_PROGRAM)
		by_network = fw_outcome(programs, program, fw_port_key(p));
	learned = bpf_map_lookup_elem(learned_addresses, &p->judged);
	if (learned) {
		by_name = fw_outcome(programs, learned->program, fw_port_key(p));
		expired = learned->expires <= bpf_ktime_get_boot_ns();
		judgement->name = learned->name;
	}
	if (FW_EFFECT(by_network) == FW_EFFECT_FAULT || FW_EFFECT(by_name) == FW_EFFECT_FAULT)
		return;
	if (FW_EFFECT(by_network) == FW_EFFECT_DENY)
		fw_by_rule(judgement, FW_DENIED_BY_RULE, by_network);
	else if (FW_EFFECT(by_name) == FW_EFFECT_DENY && !expired)
		fw_by_rule(judgement, FW_DENIED_BY_RULE, by_name);
	else if (FW_EFFECT(by_network) == FW_EFFECT_ALLOW)
		fw_by_rule(judgement, FW_ALLOWED_BY_RULE, by_network);
	else if (FW_EFFECT(by_name) == FW_EFFECT_ALLOW && !expired)
		fw_by_rule(judgement, FW_ALLOWED_BY_RULE, by_name);
	else if (FW_WORD_FLAGS(place->word) & FW_FLAG_DEFAULT_ALLOW)
		judgement->reason = FW_ALLOWED_BY_DEFAULT;
	else if (FW_EFFECT(by_name) == FW_EFFECT_ALLOW)
		fw_by_rule(judgement, FW_LEARNED_EXPIRED, by_name);
	else
		judgement->reason = FW_DENIED_BY_DEFAULT;
}

static __always_inline void fw_fragment_key(const struct fw_place *place, const struct fw_packet *p,
					    struct fw_fragment_key *key)
{
	key->source = p->source;
	key->destination = p->judged;
	key->id = p->fragment_id;
	key->slot = place->slot;
	key->protocol = p->fragment_protocol;
	key->version = p->version;
}

static __always_inline __u32 fw_judge_later_fragment(const struct fw_place *place, const struct fw_packet *p)
{
	struct fw_fragment_key key;
	__u64 *stamp;

	fw_fragment_key(place, p, &key);
	stamp = bpf_map_lookup_elem(&fragments, &key);
	return stamp && *stamp == place->word ? FW_ALLOWED_FRAGMENT : FW_FRAGMENT_UNKNOWN;
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
		judgement->reason = flow->reason;
		judgement->rule = flow->rule;
		judgement->known = 1;
		return;
	}
	if (place->direction == FW_DIRECTION_EGRESS && fw_is_agent(skb)) {
		judgement->reason = FW_ALLOWED_AGENT;
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
	int link_only = refused == FW_ALLOWED_ARP || (refused == FW_PARSED && p->part != FW_LATER_FRAGMENT &&
						      p->version == 6 && fw_is_icmp(p) && fw_is_neighbour(place, p));

	if (!FW_WORD_TABLE_SET(place->word) && !link_only)
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
