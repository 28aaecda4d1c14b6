/* SPDX-License-Identifier: Apache-2.0 OR MIT OR GPL-2.0-only
 *
 * Who is behind a socket? Programs of the root of the cgroup hierarchy see every socket when it is made, connected, or
 * sends to an address, in the process that does it: connect(2), sendto(2), io_uring, TCP Fast Open, both families.
 * They write down the process under the socket's cookie, which the TC program puts into its events. They decide
 * nothing: every one of them answers 1. Of its own object, because it needs the kernel's BTF and, for reading a
 * process, helpers that the kernel gives to GPL-compatible programs only. */
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "process_layout.h"

#define FW_LET_IT 1

/* The kernel's structures, as far as they are read; libbpf finds the offsets in the running kernel's BTF. */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct qstr {
	const unsigned char *name;
};

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
};

struct path {
	struct dentry *dentry;
};

struct file {
	struct path f_path;
};

struct mm_struct {
	unsigned long arg_start;
	unsigned long arg_end;
	struct file *exe_file;
};

struct task_struct {
	int tgid;
	__u64 start_boottime;
	__u64 self_exec_id;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct mm_struct *mm;
	char comm[16];
};
#pragma clang attribute pop

/* Which process is behind this socket? */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, FW_PROCESSES);
	__type(key, __u64);
	__type(value, struct fw_process);
} processes SEC(".maps");

/* A record under construction: too large for the stack. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct fw_process);
} scratch SEC(".maps");

static __always_inline void fw_read_parents(struct task_struct *leader, struct fw_process *process)
{
	struct task_struct *task = leader;

	for (int i = 0; i < FW_PARENTS; i++) {
		task = BPF_CORE_READ(task, real_parent, group_leader);
		process->parents[i] = BPF_CORE_READ(task, tgid);
		if (process->parents[i] <= 1)
			return;
	}
}

static __always_inline void fw_read_path(struct mm_struct *mm, struct fw_process *process)
{
	struct dentry *entry = BPF_CORE_READ(mm, exe_file, f_path.dentry);

	for (int i = 0; i < FW_PATH_PARTS; i++) {
		struct dentry *parent = BPF_CORE_READ(entry, d_parent);

		if (!parent || parent == entry)
			return;
		bpf_probe_read_kernel_str(process->path[i], FW_PATH_PART_BYTES, BPF_CORE_READ(entry, d_name.name));
		entry = parent;
	}
}

/* The process may have overwritten its arguments: they are its own word for itself. */
static __always_inline void fw_read_command(struct mm_struct *mm, struct fw_process *process)
{
	unsigned long start = BPF_CORE_READ(mm, arg_start);
	unsigned long size = BPF_CORE_READ(mm, arg_end) - start;

	if (size > FW_COMMAND_BYTES)
		size = FW_COMMAND_BYTES;
	if (size && !bpf_probe_read_user(process->command, size, (const void *)start))
		process->command_bytes = size;
}

static __always_inline void fw_remember_process(__u64 cookie)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);
	struct fw_process *known = bpf_map_lookup_elem(&processes, &cookie);
	__u64 started = BPF_CORE_READ(leader, start_boottime);
	__u64 exec = BPF_CORE_READ(leader, self_exec_id);
	struct mm_struct *mm = BPF_CORE_READ(task, mm);
	struct fw_process *process;
	__u32 zero = 0;

	if (!cookie || (known && known->started == started && known->exec == exec))
		return;
	process = bpf_map_lookup_elem(&scratch, &zero);
	if (!process)
		return;
	__builtin_memset(process, 0, sizeof(*process));
	process->started = started;
	process->exec = exec;
	process->cgroup = bpf_get_current_cgroup_id();
	process->tgid = bpf_get_current_pid_tgid() >> 32;
	process->uid = bpf_get_current_uid_gid();
	BPF_CORE_READ_STR_INTO(&process->name, leader, comm);
	fw_read_parents(leader, process);
	fw_read_path(mm, process);
	fw_read_command(mm, process);
	bpf_map_update_elem(&processes, &cookie, process, BPF_ANY);
}

SEC("cgroup/sock_create")
int process_of_new(struct bpf_sock *ctx)
{
	fw_remember_process(bpf_get_socket_cookie(ctx));
	return FW_LET_IT;
}

/* A socket may have come from another process: who uses it counts. */
SEC("cgroup/connect4")
int process_of_connect4(struct bpf_sock_addr *ctx)
{
	fw_remember_process(bpf_get_socket_cookie(ctx));
	return FW_LET_IT;
}

SEC("cgroup/connect6")
int process_of_connect6(struct bpf_sock_addr *ctx)
{
	fw_remember_process(bpf_get_socket_cookie(ctx));
	return FW_LET_IT;
}

SEC("cgroup/sendmsg4")
int process_of_sendmsg4(struct bpf_sock_addr *ctx)
{
	fw_remember_process(bpf_get_socket_cookie(ctx));
	return FW_LET_IT;
}

SEC("cgroup/sendmsg6")
int process_of_sendmsg6(struct bpf_sock_addr *ctx)
{
	fw_remember_process(bpf_get_socket_cookie(ctx));
	return FW_LET_IT;
}

char _license[] SEC("license") = "Dual MIT/GPL";
