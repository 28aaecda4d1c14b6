/* A packet whose checksum the last device will write: will it be written where a checksum is? A packet socket may ask
 * for any place (PACKET_VNET_HDR): the destination and the port that leave would not be those that were judged.
 * Reads the kernel's own view of the packet, which takes the kernel's types (FW_KERNEL_TYPES) and Linux 6.2. */
#ifndef FLEETWALL_CHECKSUM_H
#define FLEETWALL_CHECKSUM_H

#include "frame.h"

#ifdef FW_KERNEL_TYPES

#include <bpf/bpf_core_read.h>

/* linux/skbuff.h, linux/tcp.h, linux/udp.h. */
#define FW_CHECKSUM_PARTIAL 3
#define FW_TCP_CHECKSUM_OFFSET 16
#define FW_UDP_CHECKSUM_OFFSET 6

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct sk_buff {
	__u8 ip_summed : 2;
	__u8 encapsulation : 1;
	__u16 csum_start; /* from head */
	__u16 csum_offset;
	unsigned char *head;
	unsigned char *data;
};
#pragma clang attribute pop

/* The kernel's list of the functions it knows by name: says whether the one below is there. */
enum special_kfunc_type {
	KF_bpf_cast_to_kern_ctx = 1,
};

extern void *bpf_cast_to_kern_ctx(void *ctx) __ksym __weak;

static __always_inline int fw_is_checksum_elsewhere(struct __sk_buff *skb, const struct fw_packet *p)
{
	struct sk_buff *kernel;
	__u32 start, offset;

	if (skb->gso_size && p->protocol != FW_IP_TCP && p->protocol != FW_IP_UDP)
		return 1;
	if (!bpf_core_enum_value_exists(enum special_kfunc_type, KF_bpf_cast_to_kern_ctx))
		return 0;
	kernel = bpf_cast_to_kern_ctx(skb);
	if (BPF_CORE_READ_BITFIELD(kernel, ip_summed) != FW_CHECKSUM_PARTIAL)
		return 0;
	start = kernel->csum_start - (__u32)(kernel->data - kernel->head);
	offset = kernel->csum_offset;
	if (p->part != FW_WHOLE)
		return 1;
	/* The kernel's own tunnels leave the outer checksum alone, and want that of what is inside. */
	if (BPF_CORE_READ_BITFIELD(kernel, encapsulation) && p->protocol == FW_IP_UDP && start < 0x10000 &&
	    start >= p->l4 + FW_UDP_BYTES)
		return 0;
	return start != p->l4 || offset != (p->protocol == FW_IP_TCP   ? FW_TCP_CHECKSUM_OFFSET
					    : p->protocol == FW_IP_UDP ? FW_UDP_CHECKSUM_OFFSET
								       : ~0U);
}

#else

static __always_inline int fw_is_checksum_elsewhere(struct __sk_buff *skb, const struct fw_packet *p)
{
	return skb->gso_size && p->protocol != FW_IP_TCP && p->protocol != FW_IP_UDP;
}

#endif

#endif
