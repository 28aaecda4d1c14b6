/* Limits of the data plane, each with its arithmetic. Java reads them from the maps' own sizes. */
#ifndef FLEETWALL_LIMITS_H
#define FLEETWALL_LIMITS_H

/* Version of everything below the pin directory: maps, layouts, slot word. A change of any makes a new directory. */
#define FW_LAYOUT_VERSION 3

/* Attached interfaces of one node, and table sets: each runner may need its running set and the next one,
 * shared by digest; 8 bytes each in the outer arrays. Index 0 of the table sets means "none". */
#define FW_SLOTS 1024
#define FW_TABLE_SETS 1024

/* Where attached interfaces stand, by the last bits of their number: it is the first place but where two of them differ
 * by a multiple of 4,096. Then it is one of the next seven. */
#define FW_RUNNER_PLACES 4096
#define FW_RUNNER_PROBES 8

/* Steps of a port program: 7 probes; shared with PortProgram.MAX_STEPS. */
#define FW_PORT_STEPS 128

/* Prefixes of one table set: an upper bound only, the trie allocates per entry (about 80 bytes). */
#define FW_NETWORKS 1000000

/* Answers of the network table remembered by each CPU, as a power of two: 1,024 of 32 bytes. */
#define FW_ANSWER_BITS 10

/* Learned addresses of one table set: 16 bytes a bucket in advance, about 90 bytes per entry on demand. */
#define FW_LEARNED 131072

/* Allowed flows of each slot, in buckets of 4: 8,192 of 64 bytes, 512 KiB a runner. Of a full bucket the flow that
 * was not seen for longest is decided anew; a runner can crowd out its own flows only. */
#define FW_FLOW_WAYS 4
#define FW_FLOW_BITS 11

/* A flow that was idle for longer is decided anew, in units of 2^30 ns: TCP 2 hours, anything else 5 minutes. What is
 * learned and has expired is no way out for ever. */
#define FW_TCP_IDLE 6706
#define FW_OTHER_IDLE 280

/* The longest tick there is (HZ=100): what has expired may have done so that much ago. */
#define FW_TICK_NANOS 10000000ULL

/* Denied flows remembered for aggregation only: about 130 bytes each, 2 MiB. A flood here evicts no allowed flow. */
#define FW_DENIALS 16384

/* Datagrams under way whose first fragment was allowed: about 110 bytes each, 1 MiB. */
#define FW_FRAGMENTS 8192

/* A datagram is put together within 60 s or not at all (RFC 8200 4.5), in units of 2^30 ns. */
#define FW_FRAGMENT_AGE 56

/* Addresses of the attached interfaces: 8 each. */
#define FW_SELF 8192

/* Prefixes of sources, of all interfaces: an upper bound only, about 80 bytes each. */
#define FW_SOURCES 16384

/* Ports that answer, of all uplinks; flows that came in to them: about 110 bytes each, 2 MiB. The least recently
 * used is forgotten, and remembered again with the next packet that comes in. */
#define FW_INBOUND_PORTS 1024
#define FW_INBOUND_FLOWS 16384

/* Event ring: 2 MiB of 104-byte records is 20,000 events, at least 19 s of a storm of 1,000 denied flows a second. */
#define FW_RING_BYTES (1 << 21)

/* Highest reason number plus one, rounded up; numbers are never reused, so there is room. */
#define FW_REASONS 64

/* VLAN tags unwrapped, IPv6 extension headers followed. */
#define FW_VLAN_TAGS 2
#define FW_EXTENSIONS 6

/* Events of one slot in about a second (2^30 ns): no runner fills the ring alone. First packets of allowed flows take three
 * quarters of it only: a job cannot hide its denials behind them. */
#define FW_SHARE 8000

/* A denied flow is reported at most once in this time. */
#define FW_REPORT_NANOS 1000000000ULL

/* Answers to denied packets: 2,000 a second per runner, 500 at once. Costs only the runner that asks for them. */
#define FW_REJECT_NANOS 500000ULL
#define FW_REJECT_BURST_NANOS (500 * FW_REJECT_NANOS)

#endif
