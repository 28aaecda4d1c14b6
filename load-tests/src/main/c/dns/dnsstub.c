/* An upstream as fast as a socket allows: answers every A and AAAA question, from one core.
 * SIGUSR1: says how many questions came, from how many ports, with how many ids, and starts counting anew.
 * SIGUSR2: silent for so many milliseconds as the third argument says, as a resolver that fails. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include "wire.h"

static volatile sig_atomic_t tell, silence;
static uint8_t ports[65536], ids[65536];
static uint64_t questions;

static void on_signal(int number)
{
	if (number == SIGUSR1)
		tell = 1;
	else
		silence = 1;
}

static void told(void)
{
	int p = 0, i = 0;

	for (int n = 0; n < 65536; n++) {
		p += ports[n];
		i += ids[n];
	}
	printf("questions %llu ports %d ids %d\n", (unsigned long long)questions, p, i);
	fflush(stdout);
	memset(ports, 0, sizeof(ports));
	memset(ids, 0, sizeof(ids));
	questions = 0;
	tell = 0;
}

/* Makes the question an answer, in place; its length, 0 for silence. */
static int answer(uint8_t *m, int length)
{
	int name = length > HEADER ? name_length(m + HEADER, m + length) : 0;
	int edns, type, end;
	uint8_t rdata[16];

	if (!name || HEADER + name + 4 > length || m[2] & 0x80)
		return 0;
	end = HEADER + name + 4;
	type = m[end - 4] << 8 | m[end - 3];
	edns = m[11];
	m[2] |= 0x80;
	m[3] = 0x80;
	m[6] = 0;
	m[7] = type == TYPE_A || type == TYPE_AAAA;
	m[8] = m[9] = m[10] = 0;
	m[11] = edns ? 1 : 0;
	if (m[7]) {
		int count = address_of(m + HEADER, name, type, rdata);

		memcpy(m + end, (uint8_t[]){ 0xc0, HEADER, type >> 8, type, 0, 1, 0, 0, 0x0e, 0x10, 0, count }, 12);
		memcpy(m + end + 12, rdata, count);
		end += 12 + count;
	}
	if (edns) {
		memcpy(m + end, (uint8_t[]){ 0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, 0 }, 11);
		end += 11;
	}
	return end;
}

int main(int argc, char **argv)
{
	static uint8_t data[BATCH][MESSAGE];
	static struct sockaddr_in from[BATCH];
	static struct iovec parts[BATCH];
	static struct mmsghdr messages[BATCH];
	struct sockaddr_in here = { .sin_family = AF_INET };
	struct sigaction action = { .sa_handler = on_signal };
	int fd = socket(AF_INET, SOCK_DGRAM, 0), room = 8 << 20;

	if (argc < 3)
		return 2;
	here.sin_port = htons(atoi(argv[2]));
	inet_pton(AF_INET, argv[1], &here.sin_addr);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (bind(fd, (void *)&here, sizeof(here))) {
		perror("bind");
		return 1;
	}
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGUSR2, &action, NULL);
	printf("ready\n");
	fflush(stdout);
	for (;;) {
		int got, out = 0;

		for (int i = 0; i < BATCH; i++) {
			parts[i] = (struct iovec){ data[i], MESSAGE };
			messages[i].msg_hdr = (struct msghdr){ .msg_name = &from[i], .msg_namelen = sizeof(from[i]),
							       .msg_iov = &parts[i], .msg_iovlen = 1 };
		}
		got = recvmmsg(fd, messages, BATCH, MSG_WAITFORONE, NULL);
		if (tell)
			told();
		if (silence) {
			struct timespec pause = { 0, 0 };
			int millis = argc > 3 ? atoi(argv[3]) : 1000;

			pause.tv_sec = millis / 1000;
			pause.tv_nsec = millis % 1000 * 1000000L;
			silence = 0;
			nanosleep(&pause, NULL);
			while (recv(fd, data[0], MESSAGE, MSG_DONTWAIT) >= 0)
				;
			continue;
		}
		for (int i = 0; i < got; i++) {
			int length = answer(data[i], messages[i].msg_len);

			if (!length)
				continue;
			questions++;
			ports[ntohs(from[i].sin_port)] = 1;
			ids[data[i][0] << 8 | data[i][1]] = 1;
			parts[i].iov_len = length;
			messages[out++].msg_hdr = messages[i].msg_hdr;
		}
		for (int sent = 0; sent < out;) {
			int n = sendmmsg(fd, messages + sent, out - sent, 0);

			if (n > 0)
				sent += n;
			else if (errno != EINTR)
				sent++;
		}
	}
}
