package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The pinned TCX links. A pin's name is {@code IFINDEX_DIRECTION}; what it holds is asked from the
 * kernel, because an interface may have gone and its index been given to another.
 */
final class Links implements Hooks {
    /** Below the version directory: those that judge, and their companions. */
    static final String DIRECTORY = "links";

    static final String INBOUND_DIRECTORY = "inbound";

    /**
     * Offsets of type, prog_id, tcx.ifindex and tcx.attach_type in the kernel's struct
     * bpf_link_info (Linux 6.6).
     */
    private static final long TYPE = 0;

    private static final long PROGRAM_ID = 8;
    private static final long TCX_IFINDEX = 16;
    private static final long TCX_ATTACH_TYPE = 20;
    private static final int TCX_TYPE = 11;

    private final PinDirectory pins;
    private final String directory;

    Links(PinDirectory pins, String directory) {
        this.pins = pins;
        this.directory = directory;
    }

    /**
     * A pinned link.
     *
     * @param programId of the program behind it, 0 when its interface is gone
     */
    record Pinned(int ifindex, Direction direction, int programId) {
        boolean alive() {
            return programId != 0;
        }
    }

    /** Everything pinned, also links whose interface is gone. */
    List<Pinned> pinned() {
        List<Pinned> found = new ArrayList<>();
        for (String name : pins.names(directory)) {
            String[] parts = name.split("_", -1);
            int ifindex = Integer.parseInt(parts[0]);
            Direction direction = Direction.valueOf(parts[1].toUpperCase(Locale.ROOT));
            found.add(new Pinned(ifindex, direction, programId(ifindex, direction)));
        }
        return found;
    }

    private int programId(int ifindex, Direction direction) {
        Optional<FileDescriptor> link = pins.get(pinName(ifindex, direction));
        if (link.isEmpty()) {
            return 0;
        }
        try (FileDescriptor fd = link.get();
                Arena arena = Arena.ofConfined()) {
            MemorySegment info = ObjectInfo.read(arena, fd.number(), "link of " + ifindex);
            return info.get(JAVA_INT, TCX_IFINDEX) == ifindex ? info.get(JAVA_INT, PROGRAM_ID) : 0;
        }
    }

    @Override
    public boolean isAttached(int ifindex, Direction direction) {
        return programId(ifindex, direction) != 0;
    }

    @Override
    public AttachmentState check(int wanted, int ifindex, Direction direction) {
        List<Integer> chain = TcxChain.of(ifindex, direction);
        boolean pinned = pins.exists(pinName(ifindex, direction));
        int linked = pinned ? programId(ifindex, direction) : 0;
        if (linked != 0 && linked != wanted) {
            return AttachmentState.OTHER_PROGRAM;
        }
        if (!chain.contains(wanted)) {
            return AttachmentState.DETACHED;
        }
        if (linked == 0) {
            return AttachmentState.UNPINNED;
        }
        return chain.getFirst() == wanted ? AttachmentState.INTACT : AttachmentState.NOT_FIRST;
    }

    @Override
    public void attach(int programFd, int ifindex, Direction direction) {
        try (Arena arena = Arena.ofConfined()) {
            // struct bpf_link_create_opts { size_t sz; u32 flags; ... }, the rest zero
            MemorySegment opts = arena.allocate(64, 8);
            opts.set(JAVA_LONG, 0, 64);
            opts.set(JAVA_INT, 8, Libbpf.F_BEFORE);
            long number =
                    Libbpf.LINK_CREATE.require(
                            "TCX " + direction + " of interface " + ifindex,
                            programFd,
                            ifindex,
                            direction.attachType(),
                            opts);
            try (FileDescriptor fd = new FileDescriptor((int) number)) {
                pins.pin(fd.number(), pinName(ifindex, direction));
            }
        }
    }

    @Override
    public void replace(int programFd, int ifindex, Direction direction) {
        String pin = pinName(ifindex, direction);
        try (FileDescriptor fd = pins.require(pin)) {
            Libbpf.LINK_UPDATE.require(pin, fd.number(), programFd, MemorySegment.NULL);
        }
    }

    /** Puts this program behind every link that has another one. */
    void ensureProgram(int programFd) {
        int wanted = ProgramInfo.of(programFd).id();
        for (Pinned link : pinned()) {
            if (link.alive() && link.programId() != wanted) {
                replace(programFd, link.ifindex(), link.direction());
            }
        }
    }

    /** Detaches before it unpins: the kernel puts off what follows the last reference. */
    @Override
    public void remove(int ifindex, Direction direction) {
        String pin = pinName(ifindex, direction);
        Optional<FileDescriptor> link = pins.get(pin);
        if (link.isPresent()) {
            try (FileDescriptor fd = link.get()) {
                detach(fd, pin);
            }
            pins.unpin(pin);
        }
    }

    /** A link that nobody keeps open is on its way out and is not found: soon it is detached. */
    @Override
    public void pinAgain(int programId, int ifindex, Direction direction) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment next = arena.allocate(JAVA_INT);
            while (Libbpf.LINK_GET_NEXT_ID.call(next.get(JAVA_INT, 0), next).value() == 0) {
                long number = Libbpf.LINK_GET_FD_BY_ID.call(next.get(JAVA_INT, 0)).value();
                if (number >= 0) {
                    try (FileDescriptor fd = new FileDescriptor((int) number)) {
                        if (isOf(fd, programId, ifindex, direction)) {
                            pins.pin(fd.number(), pinName(ifindex, direction));
                            return;
                        }
                    }
                }
            }
        }
    }

    private static boolean isOf(
            FileDescriptor fd, int programId, int ifindex, Direction direction) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = ObjectInfo.read(arena, fd.number(), "link");
            return info.get(JAVA_INT, TYPE) == TCX_TYPE
                    && info.get(JAVA_INT, PROGRAM_ID) == programId
                    && info.get(JAVA_INT, TCX_IFINDEX) == ifindex
                    && info.get(JAVA_INT, TCX_ATTACH_TYPE) == direction.attachType();
        }
    }

    /** A link whose interface is gone is detached already. */
    private static void detach(FileDescriptor fd, String subject) {
        NativeFunction.Returned returned = Libbpf.LINK_DETACH.call(fd.number());
        if (returned.value() != 0
                && returned.errno() != Errno.ENOENT
                && returned.errno() != Errno.ENODEV
                && returned.errno() != Errno.ENOLINK) {
            throw Libbpf.LINK_DETACH.failure(returned.errno(), subject);
        }
    }

    private String pinName(int ifindex, Direction direction) {
        return directory + "/" + ifindex + "_" + direction.name().toLowerCase(Locale.ROOT);
    }
}
