/* The maps. Each answers one question; all but network_answers and ticks are pinned below PINDIR/v3 by their names. */
#ifndef FLEETWALL_MAPS_H
#define FLEETWALL_MAPS_H

#include "layout.h"
#include "reason.h"

/* The inner tables of one table set, which no program may write. Java makes them, alike but for the number of entries,
 * and freezes the networks, so that nobody may change those by a system call either; the shapes
 * are never looked at, but only a variable makes clang write a map's key and value into the BTF. */
struct fw_networks {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, FW_NETWORKS);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_RDONLY_PROG);
	__type(key, struct fw_network_key);
	__type(value, __u32);
} networks_shape SEC(".maps");

struct fw_learned_table {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, FW_LEARNED);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_RDONLY_PROG);
	__type(key, union fw_address);
	__type(value, struct fw_learned);
} learned_shape SEC(".maps");

struct fw_programs {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_INNER_MAP | BPF_F_RDONLY_PROG);
	__type(key, __u32);
	__type(value, struct fw_program);
} programs_shape SEC(".maps");

/* The flows of one slot. Java makes it when the slot is taken. */
struct fw_flow_table {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 << FW_FLOW_BITS);
	__type(key, __u32);
	__type(value, struct fw_flow_bucket);
} flows_shape SEC(".maps");

/* What is below the pin directory? */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct fw_build);
} build SEC(".maps");

/* Which slot does this interface look at, and what kind of link is it? An array, for a hash costs each packet 6 ns more:
 * see runner.h for where an interface stands. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, FW_RUNNER_PLACES);
	__type(key, __u32);
	__type(value, __u64);
} runners SEC(".maps");

/* Which table set, mode and flags are in force in this slot? Mapped into the agent, which flips it by one store. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, FW_SLOTS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, __u64);
} slots SEC(".maps");

/* Which port program has this network? */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, FW_TABLE_SETS);
	__type(key, __u32);
	__array(values, struct fw_networks);
} net_tables SEC(".maps");

/* What did the network table last say of this address, on this CPU? Of one program, so not pinned. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1 << FW_ANSWER_BITS);
	__type(key, __u32);
	__type(value, struct fw_network_answer);
} network_answers SEC(".maps");

/* What did this CPU read from the clock in this tick? Of one program, so not pinned. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct fw_tick);
} ticks SEC(".maps");

/* Which port program has this address, known from DNS, and until when? */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, FW_TABLE_SETS);
	__type(key, __u32);
	__array(values, struct fw_learned_table);
} learned_tables SEC(".maps");

/* What does a port program say of this port? */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, FW_TABLE_SETS);
	__type(key, __u32);
	__array(values, struct fw_programs);
} program_tables SEC(".maps");

/* Which policy is a table set of? Only the agent reads it. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, FW_TABLE_SETS);
	__type(key, __u32);
	__type(value, struct fw_table_meta);
} table_meta SEC(".maps");

/* Is this address one of the interface's own (where the DNS proxy listens)? */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, FW_SELF);
	__type(key, struct fw_self_key);
	__type(value, __u8);
} self SEC(".maps");

/* Is this address one that may send over this interface? 1 yes, 0 no; no entry: nobody has said. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, FW_SOURCES);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct fw_source_key);
	__type(value, __u8);
} sources SEC(".maps");

/* Was this flow allowed, and under which slot word? */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, FW_SLOTS);
	__type(key, __u32);
	__array(values, struct fw_flow_table);
} flows SEC(".maps");

/* How are flows mixed into tags? Java fills it once with random numbers. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct fw_flow_secret);
} flow_secret SEC(".maps");

/* When was this denial last reported, and how many packets are not yet? */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, FW_DENIALS);
	__type(key, struct fw_flow_key);
	__type(value, struct fw_denial);
} denials SEC(".maps");

/* Was the first fragment of this datagram allowed, when, and under which slot word? */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, FW_FRAGMENTS);
	__type(key, struct fw_fragment_key);
	__type(value, struct fw_fragment);
} fragments SEC(".maps");

/* Which control group's sockets are the agent's own? 0 is none. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} agent SEC(".maps");

/* May this port of ours be called over this uplink? */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, FW_INBOUND_PORTS);
	__type(key, struct fw_inbound_port);
	__type(value, __u8);
} inbound_ports SEC(".maps");

/* Did this remote call us, or this neighbour ask who we are? */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, FW_INBOUND_FLOWS);
	__type(key, struct fw_inbound_flow);
	__type(value, __u8);
} inbound_flows SEC(".maps");

/* When may this slot's runner have its next answer? (virtual schedule, ns) */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, FW_SLOTS);
	__type(key, __u32);
	__type(value, __u64);
} reject_schedule SEC(".maps");

/* How many events has this slot sent of late? */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, FW_SLOTS);
	__type(key, __u32);
	__type(value, struct fw_share);
} event_shares SEC(".maps");

/* How many packets got each reason? */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, FW_REASONS);
	__type(key, __u32);
	__type(value, __u64);
} counters SEC(".maps");

/* How often could the program not do what it should (enum fw_fault)? */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, FW_FAULTS);
	__type(key, __u32);
	__type(value, __u64);
} faults SEC(".maps");

/* What should the agent know? */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, FW_RING_BYTES);
} events SEC(".maps");

#endif
