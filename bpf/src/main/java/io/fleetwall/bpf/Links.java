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
final class Links {
    /** Below the version directory. */
    static final String DIRECTORY = "links";

    /** Offsets of prog_id and tcx.ifindex in the kernel's struct bpf_link_info (Linux 6.6). */
    private static final long PROGRAM_ID = 8;

    private static final long TCX_IFINDEX = 16;

    private final PinDirectory pins;

    Links(PinDirectory pins) {
        this.pins = pins;
    }

    /**
     * A pinned link.
     *
     * @param programId of the program behind it, 0 when its interface is gone
     */
    record Pinned(int ifindex, Direction direction, int programId) {
        String pin() {
            return pinName(ifindex, direction);
        }

        boolean alive() {
            return programId != 0;
        }
    }

    /** Everything pinned, also links whose interface is gone. */
    List<Pinned> pinned() {
        List<Pinned> found = new ArrayList<>();
        for (String name : pins.names(DIRECTORY)) {
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

    /** Hooks a program in, before every other program on that side, and pins the link. */
    void create(int programFd, int ifindex, Direction direction) {
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

    /**
     * Puts this program behind every link that has another one, each in one step, without a packet
     * in between.
     */
    void ensureProgram(int programFd) {
        int wanted = ProgramInfo.of(programFd).id();
        for (Pinned link : pinned()) {
            if (link.alive() && link.programId() != wanted) {
                try (FileDescriptor fd = pins.require(link.pin())) {
                    Libbpf.LINK_UPDATE.require(
                            link.pin(), fd.number(), programFd, MemorySegment.NULL);
                }
            }
        }
    }

    /** Removes a link; the last reference detaches the program. */
    void remove(int ifindex, Direction direction) {
        pins.unpin(pinName(ifindex, direction));
    }

    private static String pinName(int ifindex, Direction direction) {
        return DIRECTORY + "/" + ifindex + "_" + direction.name().toLowerCase(Locale.ROOT);
    }
}
