package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who is behind a socket: programs at the root of the control groups, and the map they fill.
 *
 * <p>Pinned like the rest, so that sockets made while no agent lives are known to the next one,
 * which puts its own programs behind the links and keeps the map.
 */
final class Processes implements AutoCloseable {
    static final String RESOURCE = "/process.bpf.o";
    private static final String DIRECTORY = "process/";
    private static final String MAP = "processes";

    /** A program of process.bpf.c and BPF_CGROUP_INET_SOCK_CREATE and the like. */
    private record Hook(String program, int attachType) {}

    private static final List<Hook> HOOKS =
            List.of(
                    new Hook("process_of_new", 2),
                    new Hook("process_of_connect4", 10),
                    new Hook("process_of_connect6", 11),
                    new Hook("process_of_sendmsg4", 14),
                    new Hook("process_of_sendmsg6", 15));

    private final BpfMap map;

    private Processes(BpfMap map) {
        this.map = map;
    }

    /**
     * Begins, or goes on, to write down processes.
     *
     * @throws BpfException when this kernel or machine lacks what it needs
     */
    static Processes open(PinDirectory pins) {
        Path root =
                ControlGroups.root()
                        .orElseThrow(() ->
                                new BpfException(
                                        Errno.ENOENT,
                                        "find",
                                        "control groups, version 2",
                                        "mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified"));
        Optional<BpfMap> kept = kept(pins);
        try (KernelObject object =
                KernelObject.load(
                        RESOURCE,
                        kept.<Map<String, BpfMap>>map(m -> Map.of(MAP, m)).orElse(Map.of()))) {
            if (kept.isEmpty()) {
                pins.unpin(DIRECTORY + MAP);
                pins.pin(object.mapFd(MAP), DIRECTORY + MAP);
            }
            try (FileDescriptor group = FileDescriptor.open(root)) {
                HOOKS.forEach(hook -> attach(pins, hook, object, group));
            }
        } finally {
            kept.ifPresent(BpfMap::close);
        }
        return new Processes(new BpfMap(MAP, pins.require(DIRECTORY + MAP)));
    }

    /** The pinned map, when its records are ours. */
    private static Optional<BpfMap> kept(PinDirectory pins) {
        Optional<BpfMap> found = pins.get(DIRECTORY + MAP).map(fd -> new BpfMap(MAP, fd));
        boolean ours =
                found.filter(m -> m.info().valueSize() == ProcessLayout.PROCESS.byteSize())
                        .isPresent();
        if (!ours) {
            found.ifPresent(BpfMap::close);
        }
        return ours ? found : Optional.empty();
    }

    private static void attach(
            PinDirectory pins, Hook hook, KernelObject object, FileDescriptor group) {
        String pin = DIRECTORY + hook.program();
        int program = object.programFd(hook.program());
        Optional<FileDescriptor> link = pins.get(pin);
        if (link.isPresent()) {
            try (FileDescriptor fd = link.get()) {
                if (Libbpf.LINK_UPDATE.call(fd.number(), program, MemorySegment.NULL).value()
                        == 0) {
                    return;
                }
            }
            pins.unpin(pin); // its control group is gone
        }
        long number =
                Libbpf.LINK_CREATE.require(
                        hook.program(),
                        program,
                        group.number(),
                        hook.attachType(),
                        MemorySegment.NULL);
        try (FileDescriptor fd = new FileDescriptor((int) number)) {
            pins.pin(fd.number(), pin);
        }
    }

    /** The process behind a socket; empty when the socket is older than this, or was forgotten. */
    Optional<ProcessRecord> of(long socketCookie) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(ProcessLayout.PROCESS);
            return map.lookup(arena.allocateFrom(JAVA_LONG, socketCookie), value)
                    ? Optional.of(ProcessRecord.read(value))
                    : Optional.empty();
        }
    }

    @Override
    public void close() {
        map.close();
    }
}
