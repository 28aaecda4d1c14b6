package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The pinned TCX links. A pin's name is {@code IFINDEX_DIRECTION}; what it holds is asked from the
 * kernel, because an interface may have gone and its index been given to another.
 */
final class Links implements Hooks, AutoCloseable {
    /** Below the version directory: those that judge, and their companions. */
    static final String DIRECTORY = "links";

    static final String INBOUND_DIRECTORY = "inbound";

    /** Ends the name of a link that is to have the place of another; what is left is taken away. */
    private static final String NEXT = "_next";

    /** Offsets of prog_id and tcx.ifindex in the kernel's struct bpf_link_info (Linux 6.6). */
    private static final long PROGRAM_ID = 8;

    private static final long TCX_IFINDEX = 16;

    private final PinDirectory pins;
    private final String directory;

    /** Links of attached interfaces, kept open: whoever removes a pin detaches nothing. */
    private final Map<String, FileDescriptor> held = new HashMap<>();

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
        String pin = pinName(ifindex, direction);
        FileDescriptor link = create(programFd, ifindex, direction);
        hold(pin, link);
        pins.pin(link.number(), pin);
    }

    /** A new link before all others. */
    static FileDescriptor create(int programFd, int ifindex, Direction direction) {
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
            return new FileDescriptor((int) number);
        }
    }

    /**
     * The link behind goes on with the copy, until one with the program is in front and pinned.
     * Whatever fails in between leaves one of them judging, which a repair finds.
     */
    @Override
    public void putFirst(int programFd, int copyFd, int ifindex, Direction direction) {
        String pin = pinName(ifindex, direction);
        replace(copyFd, ifindex, direction);
        try (FileDescriptor behind = pins.require(pin)) {
            FileDescriptor front = create(programFd, ifindex, direction);
            try {
                pins.pin(front.number(), pin + NEXT);
                pins.rename(pin + NEXT, pin);
            } catch (RuntimeException e) {
                front.close();
                throw e;
            }
            hold(pin, front);
            detach(behind, pin);
        }
    }

    @Override
    public void hold(int ifindex, Direction direction) {
        String pin = pinName(ifindex, direction);
        pins.get(pin).ifPresent(link -> hold(pin, link));
    }

    private void hold(String pin, FileDescriptor link) {
        FileDescriptor before = held.put(pin, link);
        if (before != null) {
            before.close();
        }
    }

    private void letGo(String pin) {
        FileDescriptor link = held.remove(pin);
        if (link != null) {
            link.close();
        }
    }

    @Override
    public void replace(int programFd, int ifindex, Direction direction) {
        String pin = pinName(ifindex, direction);
        removePin(pin + NEXT);
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
        FileDescriptor kept = held.get(pin);
        if (kept != null) {
            detach(kept, pin);
        }
        removePin(pin + NEXT);
        removePin(pin);
        letGo(pin);
    }

    private void removePin(String pin) {
        Optional<FileDescriptor> link = pins.get(pin);
        if (link.isPresent()) {
            try (FileDescriptor fd = link.get()) {
                detach(fd, pin);
            }
            pins.unpin(pin);
        }
    }

    /** Lets go of every link; those pinned stay. */
    @Override
    public void close() {
        held.values().forEach(FileDescriptor::close);
        held.clear();
    }

    @Override
    public void pinAgain(int ifindex, Direction direction) {
        String pin = pinName(ifindex, direction);
        FileDescriptor link = held.get(pin);
        if (link != null && !pins.exists(pin)) {
            pins.pin(link.number(), pin);
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
