package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.fleetwall.policy.verdict.Reason;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * BPF_PROG_TEST_RUN of the pinned program: real program, real maps, no network. The program leaves
 * its reason and rule in the packet's control block, which comes back with the context.
 */
final class TestRunner {
    /** By how much an answer can be longer than its frame: 190 bytes (FW_QUOTE_BYTES), and room. */
    private static final int ANSWER_BYTES = 512;

    /** The kernel tests no frame shorter than an Ethernet header. */
    private static final int FRAME_MIN = 14;

    /** sizeof(struct __sk_buff), and of its members ifindex and cb. */
    private static final int CONTEXT_BYTES = 192;

    private static final int IFINDEX = 40;
    private static final int CB = 48;

    private TestRunner() {}

    static TestRun run(int programFd, int ifindex, byte[] frame, int repeat) {
        if (frame.length < FRAME_MIN) {
            throw new IllegalArgumentException(
                    "the kernel tests frames of 14 bytes and more, not " + frame.length);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment in = arena.allocate(frame.length);
            MemorySegment.copy(frame, 0, in, JAVA_BYTE, 0, frame.length);
            int outBytes = frame.length + ANSWER_BYTES;
            MemorySegment out = arena.allocate(outBytes);
            MemorySegment context = arena.allocate(CONTEXT_BYTES, 8);
            context.set(JAVA_INT, IFINDEX, ifindex);
            // struct bpf_test_run_opts
            MemorySegment opts = arena.allocate(80, 8);
            opts.set(JAVA_LONG, 0, 80);
            opts.set(ADDRESS, 8, in);
            opts.set(ADDRESS, 16, out);
            opts.set(JAVA_INT, 24, frame.length);
            opts.set(JAVA_INT, 28, outBytes);
            opts.set(ADDRESS, 32, context);
            opts.set(ADDRESS, 40, context);
            opts.set(JAVA_INT, 48, CONTEXT_BYTES);
            opts.set(JAVA_INT, 52, CONTEXT_BYTES);
            opts.set(JAVA_INT, 60, repeat);
            Libbpf.PROG_TEST_RUN.require("interface " + ifindex, programFd, opts);
            return new TestRun(
                    TestRun.Action.of(opts.get(JAVA_INT, 56)),
                    Reason.of(context.get(JAVA_INT, CB)),
                    context.get(JAVA_INT, CB + 4),
                    out.asSlice(0, opts.get(JAVA_INT, 28)).toArray(JAVA_BYTE),
                    opts.get(JAVA_INT, 64));
        }
    }
}
