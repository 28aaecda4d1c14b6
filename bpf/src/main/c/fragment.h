/* Later fragments: they have no ports, and pass with their first one. */
#ifndef FLEETWALL_FRAGMENT_H
#define FLEETWALL_FRAGMENT_H

#include "flow.h"

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
	struct fw_fragment *first;

	fw_fragment_key(place, p, &key);
	first = bpf_map_lookup_elem(&fragments, &key);
	return first && first->stamp == place->word && fw_seconds() - first->seen <= FW_FRAGMENT_AGE ? FW_ALLOWED_FRAGMENT
												   : FW_FRAGMENT_UNKNOWN;
}

#endif
