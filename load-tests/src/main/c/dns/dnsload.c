/* A load generator that sends and receives by the batch and looks at every answer.
 *   dnsload hit   ADDRESS PORT SECONDS FILE [WINDOW]     as many as are answered, WINDOW under way
 *   dnsload rate  ADDRESS PORT SECONDS FILE RATE         so many a second, in time; latencies
 *   dnsload miss  ADDRESS PORT SECONDS PREFIX [WINDOW]   each name once: PREFIX-N.miss.bench.example
 *   dnsload all   ADDRESS PORT SECONDS FILE [WINDOW]     each line of the file once, asked again until answered
 *   dnsload first ADDRESS PORT SECONDS FILE              asks each millisecond until the first answer
 * FILE: lines "name A" or "name AAAA", as dnsperf reads. One line of JSON at the end. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include "wire.h"

enum { LINES = 1 << 18, PATIENCE = 2, LATENCIES = 1 << 22 };

struct question {
	uint16_t length;
	uint8_t bytes[78];
};

struct slot {
	int64_t sent;
	struct question *question;
	struct question own;
};

static struct question *lines;
static int line_count, fd;
static struct slot slots[65536];
static uint32_t *latencies;
static uint64_t asked, answered, wrong, refused, stray, late, sequence;
static int under_way;
static uint16_t next_id;

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void question_of(struct question *q, const char *name, int type)
{
	uint8_t *at = q->bytes + HEADER, *label = at++;

	memset(q->bytes, 0, HEADER);
	q->bytes[2] = 1;
	q->bytes[5] = 1;
	for (; *name; name++) {
		if (*name == '.') {
			*label = at - label - 1;
			label = at++;
		} else {
			*at++ = *name;
		}
	}
	*label = at - label - 1;
	*at++ = 0;
	*at++ = 0;
	*at++ = type;
	*at++ = 0;
	*at++ = 1;
	q->length = at - q->bytes;
}

static int read_lines(const char *path)
{
	FILE *file = fopen(path, "r");
	char name[64], type[8];

	lines = calloc(LINES, sizeof(*lines));
	while (file && line_count < LINES && fscanf(file, "%63s %7s", name, type) == 2)
		question_of(&lines[line_count++], name, strcmp(type, "A") ? TYPE_AAAA : TYPE_A);
	return line_count;
}

/* Whether this is the answer to that question: same question, the name's own address. */
static int right(const uint8_t *m, int length, const struct question *q)
{
	uint8_t rdata[16];
	int count, type = q->bytes[q->length - 3];

	if (length < q->length || !(m[2] & 0x80) || memcmp(m + HEADER, q->bytes + HEADER, q->length - HEADER))
		return 0;
	count = address_of(q->bytes + HEADER, q->length - HEADER - 4, type, rdata);
	return m[6] == 0 && m[7] == 1 && length >= q->length + 12 + count &&
	       !memcmp(m + length - count, rdata, count);
}

static void received(const uint8_t *m, int length, int64_t at)
{
	struct slot *slot = &slots[length > 3 ? m[0] << 8 | m[1] : 0];

	if (length < HEADER || !slot->question) {
		stray++;
		return;
	}
	if ((m[3] & 15) != 0) {
		refused++;
	} else if (right(m, length, slot->question)) {
		if (latencies && answered < LATENCIES)
			latencies[answered] = (at - slot->sent) / 100;
		answered++;
	} else {
		wrong++;
	}
	slot->question = NULL;
	under_way--;
}

static void receive(void)
{
	static uint8_t data[BATCH][MESSAGE];
	static struct iovec parts[BATCH];
	static struct mmsghdr messages[BATCH];
	int got;

	do {
		for (int i = 0; i < BATCH; i++) {
			parts[i] = (struct iovec){ data[i], MESSAGE };
			messages[i].msg_hdr = (struct msghdr){ .msg_iov = &parts[i], .msg_iovlen = 1 };
		}
		got = recvmmsg(fd, messages, BATCH, MSG_DONTWAIT, NULL);
		int64_t at = got > 0 ? now() : 0;

		for (int i = 0; i < got; i++)
			received(data[i], messages[i].msg_len, at);
	} while (got == BATCH);
}

/* Sends so many; a question without an answer for two seconds is lost, and its id is free again. */
static void ask(int count, const char *prefix, int64_t at)
{
	static struct iovec parts[BATCH];
	static struct mmsghdr messages[BATCH];
	int ready = 0;

	for (int tries = 0; ready < count && ready < BATCH && tries < 65536; tries++) {
		uint16_t id = next_id++;
		struct slot *slot = &slots[id];

		if (slot->question) {
			if (at - slot->sent < PATIENCE * 1000000000LL)
				continue;
			under_way--;
			late++;
		}
		if (prefix) {
			char name[64];

			snprintf(name, sizeof(name), "%s-%llu.miss.bench.example", prefix, (unsigned long long)sequence++);
			question_of(&slot->own, name, sequence & 1 ? TYPE_A : TYPE_AAAA);
			slot->question = &slot->own;
		} else {
			slot->question = &lines[sequence++ % line_count];
			slot->own = *slot->question;
		}
		slot->question = &slot->own;
		slot->own.bytes[0] = id >> 8;
		slot->own.bytes[1] = id;
		slot->sent = at;
		parts[ready] = (struct iovec){ slot->own.bytes, slot->own.length };
		messages[ready].msg_hdr = (struct msghdr){ .msg_iov = &parts[ready], .msg_iovlen = 1 };
		ready++;
	}
	under_way += ready;
	asked += ready;
	for (int sent = 0; sent < ready;) {
		int n = sendmmsg(fd, messages + sent, ready - sent, 0);

		if (n > 0)
			sent += n;
		else if (errno != EINTR && errno != EAGAIN && errno != ENOBUFS && errno != ECONNREFUSED)
			break;
		else
			receive();
	}
}

static void wait_for(int micros)
{
	struct pollfd ready = { fd, POLLIN, 0 };
	struct timespec limit = { micros / 1000000, micros % 1000000 * 1000L };

	ppoll(&ready, 1, &limit, NULL);
}

static void closed_loop(int64_t end, const char *prefix, int window)
{
	int64_t at;

	while ((at = now()) < end) {
		/* Whole batches: one question for each answer would make the server's batches small. */
		if (window - under_way >= BATCH / 2)
			ask(window - under_way, prefix, at);
		else
			wait_for(50000);
		receive();
		if (under_way >= window && now() - at > 40000000)
			ask(1, prefix, now());
	}
}

/* Sends what is due, at most a batch; never sooner. */
static void paced(int64_t start, int64_t end, int rate)
{
	int64_t at;

	while ((at = now()) < end) {
		int64_t due = (at - start) * rate / 1000000000LL - (int64_t)asked;

		if (due > 0)
			ask(due > BATCH ? BATCH : due, NULL, at);
		else
			wait_for(20);
		receive();
	}
}

static void each_once(int64_t end, int window)
{
	while (answered < (uint64_t)line_count && now() < end) {
		if (asked < (uint64_t)line_count) {
			int left = line_count - asked;
			int room = window - under_way;

			ask(room < left ? room : left, NULL, now());
		}
		wait_for(10000);
		receive();
		if (asked >= (uint64_t)line_count && under_way == 0)
			break;
	}
}

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static double percentile(double percent)
{
	uint64_t count = answered < LATENCIES ? answered : LATENCIES;

	return latencies && count ? latencies[(uint64_t)((count - 1) * percent / 100)] / 10.0 : 0;
}

int main(int argc, char **argv)
{
	struct sockaddr_in there = { .sin_family = AF_INET };
	int room = 8 << 20, number, miss, rate, first;
	int64_t start, end;

	if (argc < 6)
		return 2;
	miss = !strcmp(argv[1], "miss");
	rate = !strcmp(argv[1], "rate");
	first = !strcmp(argv[1], "first");
	number = argc > 6 ? atoi(argv[6]) : 256;
	if (!miss && !read_lines(argv[5])) {
		perror(argv[5]);
		return 1;
	}
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	there.sin_port = htons(atoi(argv[3]));
	inet_pton(AF_INET, argv[2], &there.sin_addr);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (connect(fd, (void *)&there, sizeof(there))) {
		perror("connect");
		return 1;
	}
	start = now();
	next_id = start >> 10;
	end = start + (int64_t)(atof(argv[4]) * 1e9);
	if (rate) {
		latencies = malloc(LATENCIES * sizeof(*latencies));
		memset(latencies, 0, LATENCIES * sizeof(*latencies));
		paced(start, end, number);
	} else if (first) {
		while (!answered && now() < end) {
			ask(1, NULL, now());
			wait_for(1000);
			receive();
		}
	} else if (!strcmp(argv[1], "all")) {
		each_once(end, number);
	} else {
		closed_loop(end, miss ? argv[5] : NULL, number);
	}
	int64_t stopped = now();

	while (!first && under_way > 0 && now() - stopped < PATIENCE * 1000000000LL) {
		wait_for(1000);
		receive();
	}
	if (latencies)
		qsort(latencies, answered < LATENCIES ? answered : LATENCIES, sizeof(*latencies), by_size);
	printf("{\"asked\":%llu,\"answered\":%llu,\"refused\":%llu,\"wrong\":%llu,\"stray\":%llu,\"lost\":%lld,"
	       "\"seconds\":%.3f,\"p50\":%.1f,\"p99\":%.1f,\"at\":%lld}\n",
	       (unsigned long long)asked, (unsigned long long)answered, (unsigned long long)refused,
	       (unsigned long long)wrong, (unsigned long long)stray, (long long)(asked - answered - refused - wrong),
	       (stopped - start) / 1e9, percentile(50), percentile(99), (long long)now());
	return 0;
}
