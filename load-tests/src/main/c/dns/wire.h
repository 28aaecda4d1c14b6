/* What load generator and upstream stub agree upon: the address of a name. Both sides compute it, so a wrong answer is seen. */
#pragma once
#include <stdint.h>
#include <string.h>

enum { HEADER = 12, TYPE_A = 1, TYPE_AAAA = 28, MESSAGE = 512, BATCH = 64, MISS = 20 };

/* Length of the name in wire form at p, its zero included; 0 when it does not end before end. */
static inline int name_length(const uint8_t *p, const uint8_t *end)
{
	const uint8_t *at = p;

	while (at < end && *at && *at < 64)
		at += *at + 1;
	return at < end && !*at ? (int)(at - p) + 1 : 0;
}

/* FNV-1a over the name in lower case (0x20 changes the case on the way). */
static inline uint32_t name_hash(const uint8_t *name, int length)
{
	uint32_t h = 2166136261u;

	for (int i = 0; i < length; i++) {
		uint8_t c = name[i];

		h = (h ^ (c >= 'A' && c <= 'Z' ? c | 0x20 : c)) * 16777619u;
	}
	return h ^ h >> 16;
}

/* The rdata of a name's record; returns its length. Names below miss.bench.example share a few addresses. */
static inline int address_of(const uint8_t *name, int length, int type, uint8_t *out)
{
	uint32_t h = name_hash(name, length);
	int miss = length > MISS && name_hash(name + length - MISS, MISS) ==
				    name_hash((const uint8_t *)"\4miss\5bench\7example", MISS);

	if (miss)
		h &= 0xff;
	memset(out, 0, 16);
	if (type == TYPE_A) {
		out[0] = miss ? 11 : 9;
		out[1] = h >> 16;
		out[2] = h >> 8;
		out[3] = h;
		return 4;
	}
	out[0] = 0x2a;
	out[1] = miss ? 1 : 0;
	memcpy(out + 8, &h, 4);
	return 16;
}
