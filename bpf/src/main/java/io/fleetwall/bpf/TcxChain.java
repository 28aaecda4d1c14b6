package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The programs on one side of an interface, in the order in which they see a packet. */
final class TcxChain {
    /** BPF_MPROG_MAX: the kernel takes no more. */
    private static final int LIMIT = 64;

    private TcxChain() {}

    /** Their ids; empty also where the kernel has no such chain or the interface is gone. */
    static List<Integer> of(int ifindex, Direction direction) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ids = arena.allocate(4L * LIMIT, 8);
            // struct bpf_prog_query_opts; target_fd shares its place with target_ifindex
            MemorySegment opts = arena.allocate(40, 8);
            opts.set(JAVA_LONG, 0, 40);
            opts.set(JAVA_LONG, 16, ids.address());
            opts.set(JAVA_INT, 24, LIMIT);
            NativeFunction.Returned returned =
                    Libbpf.PROG_QUERY.call(ifindex, direction.attachType(), opts);
            if (returned.value() == 0) {
                List<Integer> found = new ArrayList<>();
                for (int i = 0; i < opts.get(JAVA_INT, 24); i++) {
                    found.add(ids.getAtIndex(JAVA_INT, i));
                }
                return found;
            }
            return switch (returned.errno()) {
                case Errno.ENOENT, Errno.ENODEV, Errno.EINVAL -> List.of();
                default ->
                        throw Libbpf.PROG_QUERY.failure(
                                returned.errno(), direction + " of interface " + ifindex);
            };
        }
    }
}
