package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Filters of the clsact qdisc, for kernels without TCX. A filter lives as long as its qdisc, also
 * without an agent; its handle and priority are how it is found again.
 *
 * <p>The qdisc is left behind: other filters may live in it, and an empty one does nothing.
 */
final class Filters implements Hooks {
    private static final int BPF_TC_INGRESS = 1;
    private static final int BPF_TC_EGRESS = 2;
    private static final int BPF_TC_F_REPLACE = 1;
    private static final int HANDLE = 1;
    private static final int PRIORITY = 1;

    private static final int PROGRAM_FD = 8;
    private static final int FLAGS = 12;
    private static final int PROGRAM_ID = 16;

    @Override
    public void attach(int programFd, int ifindex, Direction direction) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment hook = hook(arena, ifindex, direction);
            NativeFunction.Returned made = Libbpf.TC_HOOK_CREATE.call(hook);
            if (made.value() != 0 && made.errno() != Errno.EEXIST) {
                throw Libbpf.TC_HOOK_CREATE.failure(made.errno(), subject(ifindex, direction));
            }
            put(arena, hook, programFd, subject(ifindex, direction));
        }
    }

    /** The kernel puts a filter in the place of its equal in one step. */
    @Override
    public void replace(int programFd, int ifindex, Direction direction) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment hook = hook(arena, ifindex, direction);
            put(arena, hook, programFd, subject(ifindex, direction));
        }
    }

    private static void put(Arena arena, MemorySegment hook, int programFd, String subject) {
        MemorySegment opts = opts(arena);
        opts.set(JAVA_INT, PROGRAM_FD, programFd);
        opts.set(JAVA_INT, FLAGS, BPF_TC_F_REPLACE);
        Libbpf.TC_ATTACH.require(subject, hook, opts);
    }

    @Override
    public boolean isAttached(int ifindex, Direction direction) {
        return programId(ifindex, direction) != 0;
    }

    @Override
    public AttachmentState check(int wanted, int ifindex, Direction direction) {
        int found = programId(ifindex, direction);
        if (found == 0) {
            return AttachmentState.DETACHED;
        }
        if (found != wanted) {
            return AttachmentState.OTHER_PROGRAM;
        }
        List<Integer> before = TcxChain.of(ifindex, direction);
        return before.isEmpty() ? AttachmentState.INTACT : AttachmentState.NOT_FIRST;
    }

    /** 0 when there is no filter of ours, no qdisc, or no interface. */
    private static int programId(int ifindex, Direction direction) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment opts = opts(arena);
            NativeFunction.Returned returned =
                    Libbpf.TC_QUERY.call(hook(arena, ifindex, direction), opts);
            if (returned.value() == 0) {
                return opts.get(JAVA_INT, PROGRAM_ID);
            }
            return switch (returned.errno()) {
                case Errno.ENOENT, Errno.ENODEV, Errno.EINVAL -> 0;
                default ->
                        throw Libbpf.TC_QUERY.failure(
                                returned.errno(), subject(ifindex, direction));
            };
        }
    }

    @Override
    public void remove(int ifindex, Direction direction) {
        if (!isAttached(ifindex, direction)) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment hook = hook(arena, ifindex, direction);
            Libbpf.TC_DETACH.require(subject(ifindex, direction), hook, opts(arena));
        }
    }

    /** What is before a filter and is noticed are TCX programs: no filter comes before them. */
    @Override
    public void putFirst(int programFd, int copyFd, int ifindex, Direction direction) {}

    /** A filter needs no pin. */
    @Override
    public void pinAgain(int ifindex, Direction direction) {}

    @Override
    public void hold(int ifindex, Direction direction) {}

    /** struct bpf_tc_hook. */
    private static MemorySegment hook(Arena arena, int ifindex, Direction direction) {
        MemorySegment hook = arena.allocate(24, 8);
        hook.set(JAVA_LONG, 0, 24);
        hook.set(JAVA_INT, 8, ifindex);
        hook.set(
                JAVA_INT,
                12,
                switch (direction) {
                    case INGRESS -> BPF_TC_INGRESS;
                    case EGRESS -> BPF_TC_EGRESS;
                });
        return hook;
    }

    /** struct bpf_tc_opts. */
    private static MemorySegment opts(Arena arena) {
        MemorySegment opts = arena.allocate(32, 8);
        opts.set(JAVA_LONG, 0, 32);
        opts.set(JAVA_INT, 20, HANDLE);
        opts.set(JAVA_INT, 24, PRIORITY);
        return opts;
    }

    private static String subject(int ifindex, Direction direction) {
        return "clsact " + direction + " of interface " + ifindex;
    }
}
