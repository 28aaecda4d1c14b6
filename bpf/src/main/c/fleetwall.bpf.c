/* SPDX-License-Identifier: Apache-2.0 OR MIT OR GPL-2.0-only
 *
 * The program of every attached interface, and its companion on the other side of uplinks. Reads: limits, structs,
 * maps, frame, parse, reply, decide, count, report, reject, inbound, entry. The choice of licences: see
 * docs/adr, "Kernel programs carry a choice of licences". */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "limits.h"
#include "layout.h"
#include "maps.h"
#include "runner.h"
#include "parse.h"
#include "decide.h"
#include "count.h"
#include "report.h"
#include "reject.h"
#include "inbound.h"

/* linux/bpf.h of Linux 6.6: NEXT lets other programs and the packet go on; TC_ACT_UNSPEC under clsact. */
enum fw_action { FW_NEXT = -1, FW_DROP = 2 };

static __always_inline void fw_find_place(struct __sk_buff *skb, struct fw_place *place)
{
	__u32 ifindex = skb->ifindex;
	__u64 runner = fw_runner(ifindex);
	__u32 slot = FW_RUNNER_SLOT(runner);
	__u64 *word;

	place->ifindex = ifindex;
	if (!runner)
		return; /* word 0: no table set */
	place->slot = slot;
	place->link = FW_RUNNER_LINK(runner);
	place->direction = FW_RUNNER_DIRECTION(runner);
	word = bpf_map_lookup_elem(&slots, &slot);
	if (word)
		place->word = *(volatile __u64 *)word;
}

/* DNS to elsewhere that passes only because nftables redirects it behind us. */
static __always_inline int fw_awaits_redirect(const struct fw_place *place, const struct fw_packet *p,
					      const struct fw_judgement *judgement)
{
	return judgement->reason == FW_ALLOWED_DNS_PROXY && FW_WORD_FLAGS(place->word) & FW_FLAG_DNS_REDIRECT &&
	       !fw_is_self(place, &p->destination);
}

SEC("tc")
int fleetwall(struct __sk_buff *skb)
{
	struct fw_judgement judgement = {};
	struct fw_place place = {};
	struct fw_packet p = {};

	fw_find_place(skb, &place);
	fw_judge(skb, &place, &p, &judgement);
	fw_count_reason(judgement.reason);
	/* For programs behind this one, and for BPF_PROG_TEST_RUN. */
	skb->cb[0] = judgement.reason;
	skb->cb[1] = judgement.rule;
	if (fw_allowed(judgement.reason)) {
		if (fw_awaits_redirect(&place, &p, &judgement))
			skb->mark = FW_DNS_MARK; /* its later fragments have no port to be redirected by: not remembered */
		else if (p.part == FW_FIRST_FRAGMENT && judgement.reason != FW_ALLOWED_NEIGHBOUR)
			fw_remember_fragment(&place, &p);
		if (judgement.known || !fw_has_flow(judgement.reason))
			return FW_NEXT;
		fw_look_at_clock(&place);
		fw_remember_allowed(skb, &place, &p, &judgement);
		return FW_NEXT;
	}
	fw_look_at_clock(&place);
	fw_remember_denied(skb, &place, &p, &judgement);
	if (FW_WORD_MODE(place.word) == FW_MODE_AUDIT)
		return FW_NEXT;
	if (FW_WORD_FLAGS(place.word) & FW_FLAG_REJECT && fw_answerable(skb, &place, &p, judgement.reason))
		return fw_reject(skb, &place, &p);
	return FW_DROP;
}

/* At the ingress of every uplink. */
SEC("tc")
int fleetwall_inbound(struct __sk_buff *skb)
{
	fw_see_inbound(skb);
	return FW_NEXT;
}

char _license[] SEC("license") = "Dual MIT/GPL";
