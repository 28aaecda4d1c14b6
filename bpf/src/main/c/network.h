/* Which port program has an address's network? The trie knows; each CPU remembers its last answers, because a trie
 * of 100,000 prefixes costs five times one of ten, and connections go to the same few places. The networks of a
 * table set never change, and no generation is given twice: an answer cannot be stale. */
#ifndef FLEETWALL_NETWORK_H
#define FLEETWALL_NETWORK_H

#include "maps.h"
#include "parse.h"

#define FW_NO_PROGRAM 0xffffffffU

/* Where an address is remembered. Whoever makes two meet makes himself slow. */
static __always_inline __u32 fw_network_place(const union fw_address *address)
{
	__u64 mixed = ((__u64)address->words[0] << 32 | address->words[1]) * 0x9e3779b97f4a7c15ULL;

	mixed = (mixed ^ ((__u64)address->words[2] << 32 | address->words[3])) * 0x9e3779b97f4a7c15ULL;
	return mixed >> (64 - FW_ANSWER_BITS);
}

static __always_inline __u32 fw_network_program(void *networks, __u64 word, const union fw_address *address)
{
	__u32 place = fw_network_place(address);
	struct fw_network_key key = {.length = 128, .address = *address};
	struct fw_network_answer *answer = bpf_map_lookup_elem(&network_answers, &place);
	__u64 set = word >> 16;
	__u32 *program;

	if (answer && answer->set == set && fw_same_address(&answer->address, address))
		return answer->program;
	program = bpf_map_lookup_elem(networks, &key);
	if (!answer)
		return program ? *program : FW_NO_PROGRAM;
	answer->set = set;
	answer->address = *address;
	answer->program = program ? *program : FW_NO_PROGRAM;
	return answer->program;
}

#endif
