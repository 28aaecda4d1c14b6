/* Flows that were allowed. A table of each slot's own, so that a runner can crowd out its own flows only; buckets of a
 * few flows, of which the one not seen for longest makes room. What is crowded out is decided anew.
 *
 * No lock and no order of stores is needed. A flow is known when the tag it stands under is that of the key and the
 * slot word that are asked for, and then the key and the word themselves are. Of a flow that is being overwritten, one
 * of both fails, but for a mixture of two which has by chance the tag of a third: 2^-64, by a secret that nobody outside
 * can see the effect of. */
#ifndef FLEETWALL_FLOW_H
#define FLEETWALL_FLOW_H

#include "clock.h"
#include "parse.h"

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

static __always_inline __u64 fw_two(const __u32 *words)
{
	return (__u64)words[1] << 32 | words[0];
}

static __always_inline __u64 fw_mix(__u64 state, __u64 word)
{
	state = (state ^ word) * 0x9fb21c651e98df25ULL;
	return state ^ state >> 32;
}

/* Two chains at once; never 0. */
static __always_inline __u64 fw_flow_tag(const struct fw_flow_secret *secret, const struct fw_flow_key *key,
					 __u64 stamp)
{
	__u64 ports = (__u64)key->source_port << 48 | (__u64)key->destination_port << 32 | key->protocol;
	__u64 one = secret->words[0], other = secret->words[1];

	one = fw_mix(one, fw_two(key->source.words));
	other = fw_mix(other, fw_two(key->destination.words));
	one = fw_mix(one, fw_two(key->source.words + 2) ^ secret->words[2]);
	other = fw_mix(other, fw_two(key->destination.words + 2) ^ secret->words[3]);
	one = fw_mix(one, ports);
	other = fw_mix(other, stamp);
	return fw_mix(one, other << 32 | other >> 32) | 1;
}

static __always_inline int fw_same_flow(const struct fw_flow_key *a, const struct fw_flow_key *b)
{
	return a->source_port == b->source_port && a->destination_port == b->destination_port &&
	       a->protocol == b->protocol && fw_same_address(&a->source, &b->source) &&
	       fw_same_address(&a->destination, &b->destination);
}

struct fw_flow_search {
	struct fw_flow_bucket *bucket; /* null: this slot has no table */
	__u64 tag;
};

static __always_inline void fw_search_flow(const struct fw_place *place, const struct fw_flow_key *key,
					   struct fw_flow_search *search)
{
	__u32 slot = place->slot, zero = 0, at;
	void *table = bpf_map_lookup_elem(&flows, &slot);
	struct fw_flow_secret *secret = bpf_map_lookup_elem(&flow_secret, &zero);

	search->bucket = 0;
	if (!table || !secret)
		return;
	search->tag = fw_flow_tag(secret, key, place->word);
	at = search->tag >> (64 - FW_FLOW_BITS);
	search->bucket = bpf_map_lookup_elem(table, &at);
}

/* Is there an allowed flow with this key under the word in force, which has not been idle for too long? */
static __noinline struct fw_flow *fw_known_flow(const struct fw_place *place, const struct fw_flow_key *key)
{
	struct fw_flow_search search;
	__u32 now;
	__s32 idle; /* less than 0: another CPU was quicker */

	fw_search_flow(place, key, &search);
	if (!search.bucket)
		return 0;
#pragma unroll
	for (int i = 0; i < FW_FLOW_WAYS; i++) {
		struct fw_flow *flow = &search.bucket->ways[i];

		if (*(volatile __u64 *)&flow->tag != search.tag)
			continue;
		if (flow->stamp != place->word || !fw_same_flow(&flow->key, key))
			return 0;
		now = fw_seconds();
		idle = now - flow->seen;
		if (idle > 0) {
			if (idle > (key->protocol == FW_IP_TCP ? FW_TCP_IDLE : FW_OTHER_IDLE))
				return 0;
			flow->seen = now;
		}
		return flow;
	}
	return 0;
}

/* Writes a flow down at place->second in the place of itself, of one that is void, or of the one not seen for longest. */
static __noinline int fw_put_flow(const struct fw_place *place, const struct fw_flow_key *key, __u32 rule)
{
	struct fw_flow_search search;
	__u32 now = place->second, longest = 0;
	struct fw_flow *room;

	fw_search_flow(place, key, &search);
	if (!search.bucket)
		return 0;
	room = &search.bucket->ways[0];
#pragma unroll
	for (int i = 0; i < FW_FLOW_WAYS; i++) {
		struct fw_flow *flow = &search.bucket->ways[i];
		__u32 idle = flow->stamp == place->word ? now - flow->seen : ~1U;

		if (flow->tag == search.tag)
			idle = ~0U;
		if (idle > longest) {
			longest = idle;
			room = flow;
		}
	}
	*(volatile __u64 *)&room->tag = 0;
	room->stamp = place->word;
	room->key = *key;
	room->rule = rule;
	room->seen = now;
	*(volatile __u64 *)&room->tag = search.tag;
	return 1;
}

static __noinline void fw_forget_flow(const struct fw_place *place, const struct fw_flow_key *key)
{
	struct fw_flow_search search;

	fw_search_flow(place, key, &search);
	if (!search.bucket)
		return;
#pragma unroll
	for (int i = 0; i < FW_FLOW_WAYS; i++)
		if (search.bucket->ways[i].tag == search.tag)
			*(volatile __u64 *)&search.bucket->ways[i].tag = 0;
}

#endif
