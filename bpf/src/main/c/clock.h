/* The time, at most a tick of the kernel's ago (1 to 10 ms). The clock itself costs 25 ns, a sixth of a first packet;
 * the kernel's own note of it 3 ns, but that stands still while the machine sleeps. So each CPU reads the clock once a
 * tick, and remembers. */
#ifndef FLEETWALL_CLOCK_H
#define FLEETWALL_CLOCK_H

#include "place.h"

/* CLOCK_BOOTTIME in ns, of the beginning of this tick or later; never ahead. */
static __always_inline __u64 fw_now_at(__u64 coarse)
{
	__u32 zero = 0;
	struct fw_tick *tick = bpf_map_lookup_elem(&ticks, &zero);

	if (!tick)
		return bpf_ktime_get_boot_ns();
	if (tick->coarse != coarse) {
		tick->boot = bpf_ktime_get_boot_ns();
		tick->coarse = coarse;
	}
	return tick->boot;
}

static __always_inline __u64 fw_now(void)
{
	return fw_now_at(bpf_ktime_get_coarse_ns());
}

/* CLOCK_MONOTONIC in nearly seconds: 1.07 s. */
static __always_inline __u32 fw_seconds_at(__u64 coarse)
{
	return coarse >> 30;
}

static __always_inline __u32 fw_seconds(void)
{
	return fw_seconds_at(bpf_ktime_get_coarse_ns());
}

/* Both, read once. */
static __always_inline void fw_look_at_clock(struct fw_place *place)
{
	__u64 coarse = bpf_ktime_get_coarse_ns();

	place->now = fw_now_at(coarse);
	place->second = fw_seconds_at(coarse);
}

#endif
