/* Flows that were allowed. */
#ifndef FLEETWALL_FLOW_H
#define FLEETWALL_FLOW_H

#include "parse.h"
#include "place.h"

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

/* Is there an allowed flow with this key under the word in force? */
static __always_inline struct fw_flow *fw_known_flow(const struct fw_place *place, const struct fw_flow_key *key)
{
	struct fw_flow *flow = bpf_map_lookup_elem(&flows, key);

	return flow && flow->stamp == place->word ? flow : 0;
}

#endif
