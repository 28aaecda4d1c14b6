/* Does a packet bear an address of its sender? Whoever sends in another's name has the answers go there, quoting what
 * was asked: a way out which needs no permission but that to a friend. Its oracle is io.fleetwall.policy.verdict.Origin.
 *
 * Over an uplink an own address is one of the interface's, or of a network declared to be behind it. From a container
 * it is one of the declared networks; while none is declared, any. Link-local addresses get no answer from afar. */
#ifndef FLEETWALL_SOURCE_H
#define FLEETWALL_SOURCE_H

#include "place.h"
#include "reply.h"

static __noinline int fw_is_genuine(const struct fw_place *place, const struct fw_packet *p)
{
	struct fw_source_key key = {
		.length = 8 * (sizeof(key) - sizeof(key.length)), .ifindex = place->ifindex, .address = p->source};
	const __u8 *may = bpf_map_lookup_elem(&sources, &key);

	if (may ? *may : place->direction == FW_DIRECTION_INGRESS)
		return 1;
	if (fw_is_link_local(&p->source))
		return 1;
	if (fw_is_nobody(&p->source))
		return fw_is_dhcp_request(p);
	return place->direction == FW_DIRECTION_EGRESS && fw_is_self(place, &p->source);
}

#endif
