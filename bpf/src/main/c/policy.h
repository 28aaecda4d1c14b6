/* What the tables of the policy in force say. */
#ifndef FLEETWALL_POLICY_H
#define FLEETWALL_POLICY_H

#include "clock.h"
#include "network.h"
#include "place.h"

/* Port keys and outcome words: io.fleetwall.policy.document.PortClass, ...compiled.Outcome. */
#define FW_KEY_TCP(port) ((__u32)(port))
#define FW_KEY_UDP(port) (1U << 16 | (port))
#define FW_KEY_ICMP_ECHO (2U << 16)

enum fw_effect { FW_EFFECT_NONE = 0, FW_EFFECT_ALLOW = 1, FW_EFFECT_DENY = 2, FW_EFFECT_FAULT = 3 };

#define FW_EFFECT(outcome) ((outcome) & 3)
#define FW_RULE(outcome) ((outcome) >> 2)

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
		expired = learned->expires <= fw_now() + FW_TICK_NANOS;
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

#endif
