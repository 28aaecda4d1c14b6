/* What is known of the process behind a socket, shared with Java (io.fleetwall.bpf.ProcessLayout). */
#ifndef FLEETWALL_PROCESS_LAYOUT_H
#define FLEETWALL_PROCESS_LAYOUT_H

#include <linux/types.h>

/* Parents, then theirs: a step of a job is rarely deeper below its runner. */
#define FW_PARENTS 4

/* The executable's path from its end: 8 names of 31 bytes and a NUL; longer ones are cut. */
#define FW_PATH_PARTS 8
#define FW_PATH_PART_BYTES 32

/* The argument block's beginning: arguments, each ended by a NUL. */
#define FW_COMMAND_BYTES 256

/* Sockets remembered: about 750 bytes each, 12 MiB; the least recently used is forgotten. */
#define FW_PROCESSES 16384

struct fw_process {
	__u64 started; /* CLOCK_BOOTTIME, ns: with tgid it names a process for ever */
	__u64 exec;    /* changes with every execve */
	__u64 cgroup;  /* id in the v2 hierarchy */
	__u32 tgid;
	__u32 uid;
	__u32 parents[FW_PARENTS]; /* tgids, 0 where there are no more */
	char name[16];		   /* of the thread group's leader */
	__u32 command_bytes;
	__u32 unused;
	char path[FW_PATH_PARTS][FW_PATH_PART_BYTES]; /* last part first; within its file system */
	char command[FW_COMMAND_BYTES];
};

_Static_assert(sizeof(struct fw_process) == 584, "fw_process");

#endif
