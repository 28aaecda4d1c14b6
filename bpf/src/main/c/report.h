/* Memories and events: what a judged packet leaves behind. */
#ifndef FLEETWALL_REPORT_H
#define FLEETWALL_REPORT_H

#include "count.h"
#include "decide.h"

/* Packets and bytes an event stands for, and whose the last packet was (process.bpf.c knows the sockets). */
struct fw_tally {
	__u64 packets;
	__u64 bytes;
	__u64 socket;
};

/* Not inline, so that the event's layout is in the BTF. */
static __noinline void fw_fill_event(struct fw_event *event, const struct fw_place *place, const struct fw_packet *p,
				     const struct fw_judgement *judgement, const struct fw_tally *tally)
{
	event->time = place->now;
	event->stamp = place->word;
	event->bytes = tally->bytes;
	event->packets = tally->packets;
	event->socket = tally->socket;
	event->source = p->source;
	event->destination = p->destination;
	event->ifindex = place->ifindex;
	event->rule = judgement->rule;
	event->name = judgement->name;
	event->source_port = p->source_port;
	event->destination_port = p->destination_port;
	event->protocol = p->protocol;
	event->reason = judgement->reason;
	__builtin_memset(event->unused, 0, sizeof(event->unused));
}

/* Another word begins with a whole share. */
static __always_inline int fw_may_tell(const struct fw_place *place, const struct fw_judgement *judgement)
{
	__u32 most = fw_allowed(judgement->reason) ? FW_SHARE / 4 * 3 : FW_SHARE;
	__u32 slot = place->slot;
	struct fw_share *share = bpf_map_lookup_elem(&event_shares, &slot);

	if (!share)
		return 0;
	if (share->second != place->second || share->stamp != place->word) {
		share->second = place->second;
		share->stamp = place->word;
		share->told = 0;
	}
	if (share->told >= most)
		return 0;
	share->told++;
	return 1;
}

static __always_inline void fw_send_event(const struct fw_place *place, const struct fw_packet *p,
					  const struct fw_judgement *judgement, const struct fw_tally *tally)
{
	struct fw_event *event;

	if (!fw_may_tell(place, judgement)) {
		fw_count_fault(FW_FAULT_EVENT_LIMITED);
		return;
	}
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		fw_count_fault(FW_FAULT_EVENT_LOST);
		return;
	}
	fw_fill_event(event, place, p, judgement, tally);
	bpf_ringbuf_submit(event, 0);
}

/* The first packet of an allowed flow. DNS to the proxy is none: each query has its own ports, and the proxy
 * reports it with names. */
static __noinline void fw_remember_allowed(struct __sk_buff *skb, const struct fw_place *place,
					   const struct fw_packet *p, const struct fw_judgement *judgement)
{
	struct fw_tally tally = {.packets = 1, .bytes = skb->len, .socket = bpf_get_socket_cookie(skb)};
	struct fw_flow_key key;

	fw_flow_key(place, p, &key);
	if (!fw_put_flow(place, &key, judgement->rule))
		fw_count_fault(FW_FAULT_FLOW_FORGOTTEN);
	fw_send_event(place, p, judgement, &tally);
}

static __noinline void fw_remember_fragment(const struct fw_place *place, const struct fw_packet *p)
{
	struct fw_fragment first = {.stamp = place->word, .seen = fw_seconds()};
	struct fw_fragment_key key;

	fw_fragment_key(place, p, &key);
	if (bpf_map_update_elem(&fragments, &key, &first, BPF_ANY))
		fw_count_fault(FW_FAULT_FRAGMENT_FORGOTTEN);
}

/* A denied packet: an event when its flow had none for a second, or none under this slot word; else a tally. */
static __noinline void fw_remember_denied(struct __sk_buff *skb, const struct fw_place *place,
					  const struct fw_packet *p, const struct fw_judgement *judgement)
{
	struct fw_tally tally = {.packets = 1, .bytes = skb->len, .socket = bpf_get_socket_cookie(skb)};
	struct fw_denial *denial;
	struct fw_flow_key key;
	__u64 reported;

	fw_flow_key(place, p, &key);
	if (fw_opens(p))
		fw_forget_flow(place, &key); /* a refused connection has no flow that could go on */
	key.reason = judgement->reason;
	denial = bpf_map_lookup_elem(&denials, &key);
	if (denial) {
		reported = denial->reported;
		/* One CPU wins the report; what others add meanwhile is in this tally or in the next one. */
		if ((place->now - reported < FW_REPORT_NANOS && denial->stamp == place->word) ||
		    __sync_val_compare_and_swap(&denial->reported, reported, place->now) != reported) {
			__sync_fetch_and_add(&denial->packets, 1);
			__sync_fetch_and_add(&denial->bytes, skb->len);
			return;
		}
		denial->stamp = place->word;
		tally.packets += __sync_lock_test_and_set(&denial->packets, 0);
		tally.bytes += __sync_lock_test_and_set(&denial->bytes, 0);
	} else {
		struct fw_denial first = {.reported = place->now, .stamp = place->word};

		if (bpf_map_update_elem(&denials, &key, &first, BPF_ANY))
			fw_count_fault(FW_FAULT_DENIAL_FORGOTTEN);
	}
	fw_send_event(place, p, judgement, &tally);
}

#endif
