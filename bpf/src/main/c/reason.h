/* Why a packet passed or not: the numbers of io.fleetwall.policy.verdict.Reason. Never reused. */
#ifndef FLEETWALL_REASON_H
#define FLEETWALL_REASON_H

enum fw_reason {
	FW_ALLOWED_BY_RULE = 0,
	FW_ALLOWED_BY_DEFAULT = 1,
	FW_DENIED_BY_RULE = 2,
	FW_DENIED_BY_DEFAULT = 3,
	FW_TRUNCATED = 4,
	FW_NOT_IP = 5,
	FW_VLAN_DEPTH = 6,
	FW_MALFORMED = 7,
	FW_EXTENSION_CHAIN = 8,
	FW_SOURCE_ROUTE = 9,
	FW_FRAGMENT_UNKNOWN = 10,
	FW_FRAGMENT_TINY = 11,
	FW_PROTOCOL = 12,
	FW_ICMP_TYPE = 13,
	FW_DNS_ELSEWHERE = 14,
	FW_NO_TABLE_SET = 15,
	FW_LEARNED_EXPIRED = 16,
	FW_TABLE_FAULT = 17,
	FW_ALLOWED_ARP = 18,
	FW_ALLOWED_NEIGHBOUR = 19,
	FW_ALLOWED_ICMP_ERROR = 20,
	FW_ALLOWED_DNS_PROXY = 21,
	FW_ALLOWED_FRAGMENT = 22,
	FW_ALLOWED_REPLY = 23,
	FW_ALLOWED_DHCP = 24,
	FW_ALLOWED_AGENT = 25,
	FW_SOURCE_SPOOFED = 26,
	FW_CHECKSUM_OFFSET = 27,
};

/* The reasons with which a packet passes, as a set of bits. */
#define FW_ALLOWED_REASONS                                                                        \
	(1U << FW_ALLOWED_BY_RULE | 1U << FW_ALLOWED_BY_DEFAULT | 1U << FW_ALLOWED_ARP |          \
	 1U << FW_ALLOWED_NEIGHBOUR | 1U << FW_ALLOWED_ICMP_ERROR | 1U << FW_ALLOWED_DNS_PROXY |  \
	 1U << FW_ALLOWED_FRAGMENT | 1U << FW_ALLOWED_REPLY | 1U << FW_ALLOWED_DHCP | 1U << FW_ALLOWED_AGENT)

/* What the data plane could not do; counted, never silent. */
enum fw_fault {
	FW_FAULT_EVENT_LOST = 0,	/* the ring was full */
	FW_FAULT_FLOW_FORGOTTEN = 1,	/* the flow memory took no entry: decided anew next time */
	FW_FAULT_FRAGMENT_FORGOTTEN = 2,/* the fragment memory took no entry: later fragments are dropped */
	FW_FAULT_DENIAL_FORGOTTEN = 3,	/* the denial memory took no entry: each packet is an event */
	FW_FAULT_REJECT_LIMITED = 4,	/* dropped in silence: the runner's answers are used up */
	FW_FAULT_REJECT_FAILED = 5,	/* dropped in silence: the answer could not be built */
	FW_FAULT_INBOUND_FORGOTTEN = 6,	/* the memory of inbound flows took no entry: its answers are denied */
	FW_FAULT_EVENT_LIMITED = 7,	/* the runner's share of events was used up: not told */
	FW_FAULTS = 8,
};

#endif
