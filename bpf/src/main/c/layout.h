/* Structures shared with Java (io.fleetwall.bpf.Layouts): sized here, compared with the object's BTF by a test. */
#ifndef FLEETWALL_LAYOUT_H
#define FLEETWALL_LAYOUT_H

#include <linux/types.h>

#include "limits.h"

/* An address of either family; IPv4 is ::ffff:a.b.c.d from the parser on. Network byte order. */
union fw_address {
	__u8 bytes[16];
	__u32 words[4];
};

/* The slot word: generation:32 | table set:16 | mode:8 | flags:8. One 8-byte store changes all of it. */
#define FW_WORD_GENERATION(word) ((__u32)((word) >> 32))
#define FW_WORD_TABLE_SET(word) ((__u32)((word) >> 16) & 0xffff)
#define FW_WORD_MODE(word) ((__u32)((word) >> 8) & 0xff)
#define FW_WORD_FLAGS(word) ((__u32)(word) & 0xff)

enum fw_mode { FW_MODE_ENFORCE = 0, FW_MODE_AUDIT = 1 };

enum fw_flag {
	FW_FLAG_REJECT = 1,	   /* answer denied packets */
	FW_FLAG_DEFAULT_ALLOW = 2, /* no rule speaks: allow */
	FW_FLAG_DNS_REDIRECT = 4,  /* port 53 to anywhere is redirected to the proxy behind us */
};

/* DNS that waits for its redirect carries this mark ("FW53"), by which the node's routing rules let it in and never
 * out: without the redirect it goes nowhere. io.fleetwall.bpf.DnsFence. */
#define FW_DNS_MARK 0x46573533U

enum fw_link { FW_LINK_ETHERNET = 0, FW_LINK_RAW = 1 };
enum fw_direction { FW_DIRECTION_INGRESS = 0, FW_DIRECTION_EGRESS = 1 };

/* One attached interface in 8 bytes, read and written at once: ifindex:32 | slot:16 | hook:8 | direction:4 | link:4. Of a
 * direction, which side of the interface is judged; the hook is Attachment.Hook, the program does not look at it. */
#define FW_RUNNER_IFINDEX(runner) ((__u32)((runner) >> 32))
#define FW_RUNNER_SLOT(runner) ((__u32)((runner) >> 16) & 0xffff)
#define FW_RUNNER_DIRECTION(runner) ((__u32)((runner) >> 4) & 0xf)
#define FW_RUNNER_LINK(runner) ((__u32)(runner) & 0xf)

struct fw_self_key {
	__u32 ifindex;
	union fw_address address;
};

/* A prefix of sources; the interface stands before the address, so that each has its own. */
struct fw_source_key {
	__u32 length; /* bits of interface and address: 32 and more */
	__u32 ifindex;
	union fw_address address;
};

struct fw_network_key {
	__u32 length; /* bits of address */
	union fw_address address;
};

/* What the networks of a table set said of an address. */
struct fw_network_answer {
	__u64 set; /* generation and index of the table set: 0 is none */
	union fw_address address;
	__u32 program; /* FW_NO_PROGRAM: no network has it */
	__u32 unused;
};

/* What the clock said in this tick of the kernel's. */
struct fw_tick {
	__u64 coarse; /* CLOCK_MONOTONIC_COARSE, ns */
	__u64 boot;   /* CLOCK_BOOTTIME, ns */
};

/* What a slot has told in this second under this word. Two CPUs may count one event for two. */
struct fw_share {
	__u64 stamp;
	__u32 second; /* CLOCK_MONOTONIC, 2^30 ns */
	__u32 told;
};

struct fw_learned {
	__u64 expires; /* CLOCK_BOOTTIME, ns */
	__u32 program;
	__u32 name; /* of the node's name list; only reported */
};

/* A step function from port key to outcome word, see io.fleetwall.policy.compiled.PortProgram. */
struct fw_program {
	__u32 steps; /* 0: no program here */
	__u32 unused;
	__u32 starts[FW_PORT_STEPS];
	__u32 outcomes[FW_PORT_STEPS];
};

/* What stands in a table set, for the agent that adopts it. */
struct fw_table_meta {
	__u64 revision;
	__u32 generation; /* 0: no table set here */
	__u32 policy;	  /* mode << 8 | flags, as in the slot word */
	__u32 networks;
	__u32 unused;
	__u8 digest[32];
};

/* What stands below the pin directory. */
struct fw_build {
	__u32 layout_version;
	__u32 complete;		/* 1 once everything is pinned */
	__u64 generation;	/* last one given to a table set */
	__u8 object[32];	/* SHA-256 of the object the program came from */
	__u8 tag[8];		/* the program's tag */
	__u8 inbound_tag[8];	/* that of the one on the other side of an uplink */
};

/* A flow, or what is known of a packet that is none; the destination is the judged one, ports are in host
 * order and 0 where there are none. */
struct fw_flow_key {
	union fw_address source;
	union fw_address destination;
	__u16 source_port;
	__u16 destination_port;
	__u16 slot;
	__u8 protocol;
	__u8 reason; /* 0 in flows; in denials the reason, so that each is counted by itself */
};

/* An allowed flow. Valid while the slot word is the same. One cache line, written and read without a lock: see
 * flow.h. */
struct fw_flow {
	__u64 tag; /* of key and stamp; 0: no flow here */
	__u64 stamp;
	struct fw_flow_key key;
	__u32 rule; /* 0: allowed by default */
	__u32 seen; /* CLOCK_MONOTONIC, 2^30 ns */
};

struct fw_flow_bucket {
	struct fw_flow ways[FW_FLOW_WAYS];
};

/* What nobody else knows, so that nobody can tell which flows share a bucket. */
struct fw_flow_secret {
	__u64 words[4];
};

/* A denied flow since it was last reported. */
struct fw_denial {
	__u64 reported; /* CLOCK_BOOTTIME, ns */
	__u64 stamp;
	__u64 bytes;
	__u64 packets;
};

struct fw_fragment_key {
	union fw_address source;
	union fw_address destination;
	__u32 id;
	__u16 slot;
	__u8 protocol; /* that of the fragment header */
	__u8 version;  /* 4 or 6: their identifiers are different spaces */
};

/* A datagram whose first fragment was allowed. */
struct fw_fragment {
	__u64 stamp;
	__u32 seen; /* CLOCK_MONOTONIC, 2^30 ns */
	__u32 unused;
};

/* A port of this machine that may be called over an uplink. */
struct fw_inbound_port {
	__u32 ifindex;
	__u16 port;
	__u8 protocol;
	__u8 unused;
};

/* A flow that came in over an uplink; the remote's address in judged form, ports in host order. Or a neighbour that asked
 * for our link address: no ports. */
struct fw_inbound_flow {
	union fw_address local; /* zero for DHCP: the answer that gives an address comes before it; and for neighbours */
	union fw_address remote;
	__u32 ifindex;
	__u16 local_port;
	__u16 remote_port;
	__u8 protocol;
	__u8 unused[3];
};

/* One event: the first packet of an allowed flow, or denied packets of one flow since the last event. */
struct fw_event {
	__u64 time; /* CLOCK_BOOTTIME, ns */
	__u64 stamp;
	__u64 bytes;
	__u64 packets;
	__u64 socket; /* cookie of the socket the last packet came from, 0 is none */
	union fw_address source;
	union fw_address destination; /* as in the packet */
	__u32 ifindex;
	__u32 rule; /* id, 0 is none */
	__u32 name; /* the name the address was learned for, 0 is none */
	__u16 source_port;
	__u16 destination_port;
	__u8 protocol;
	__u8 reason;
	__u8 unused[6];
};

_Static_assert(sizeof(union fw_address) == 16, "fw_address");
_Static_assert(sizeof(struct fw_self_key) == 20, "fw_self_key");
_Static_assert(sizeof(struct fw_source_key) == 24, "fw_source_key");
_Static_assert(sizeof(struct fw_network_key) == 20, "fw_network_key");
_Static_assert(sizeof(struct fw_network_answer) == 32, "fw_network_answer");
_Static_assert(sizeof(struct fw_tick) == 16, "fw_tick");
_Static_assert(sizeof(struct fw_share) == 16, "fw_share");
_Static_assert(sizeof(struct fw_learned) == 16, "fw_learned");
_Static_assert(sizeof(struct fw_program) == 1032, "fw_program");
_Static_assert(sizeof(struct fw_table_meta) == 56, "fw_table_meta");
_Static_assert(sizeof(struct fw_build) == 64, "fw_build");
_Static_assert(sizeof(struct fw_flow_key) == 40, "fw_flow_key");
_Static_assert(sizeof(struct fw_flow) == 64, "fw_flow");
_Static_assert(sizeof(struct fw_flow_secret) == 32, "fw_flow_secret");
_Static_assert(sizeof(struct fw_denial) == 32, "fw_denial");
_Static_assert(sizeof(struct fw_fragment_key) == 40, "fw_fragment_key");
_Static_assert(sizeof(struct fw_fragment) == 16, "fw_fragment");
_Static_assert(sizeof(struct fw_inbound_port) == 8, "fw_inbound_port");
_Static_assert(sizeof(struct fw_inbound_flow) == 44, "fw_inbound_flow");
_Static_assert(sizeof(struct fw_event) == 96, "fw_event");

#endif
