package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;

/**
 * One map by its file descriptor.
 *
 * <p>Keys and values are segments of the caller's arena; nothing here keeps them. Sizes come from
 * the kernel, so a map whose layout is not ours is refused before the first access.
 */
final class BpfMap implements AutoCloseable {
    /** Elements read per batch, and what they may take: so many programs of 1,032 bytes are 64. */
    private static final int READ_BATCH = 512;

    private static final int READ_BYTES = 66_048;

    private final String name;
    private final FileDescriptor fd;
    private final MapInfo info;

    /** Takes over the descriptor. */
    BpfMap(String name, FileDescriptor fd) {
        this.name = name;
        this.fd = fd;
        this.info = MapInfo.of(fd.number(), name);
    }

    /**
     * Makes a map that no program knows yet.
     *
     * @param flags BPF_F_ bits
     */
    static BpfMap create(String name, MapInfo shape, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            // struct bpf_map_create_opts { size_t sz; u32 btf_fd .. inner_map_fd; u32 map_flags; }
            MemorySegment opts = arena.allocate(48, 8);
            opts.set(JAVA_LONG, 0, 48);
            opts.set(JAVA_INT, 28, flags);
            long fd =
                    Libbpf.MAP_CREATE.require(
                            name,
                            shape.type(),
                            arena.allocateFrom(name),
                            shape.keySize(),
                            shape.valueSize(),
                            shape.maxEntries(),
                            opts);
            return new BpfMap(name, new FileDescriptor((int) fd));
        }
    }

    int fd() {
        return fd.number();
    }

    String name() {
        return name;
    }

    MapInfo info() {
        return info;
    }

    /** Refuses a map whose keys or values are not of these layouts. */
    void requireSizes(MemoryLayout key, MemoryLayout value) {
        if (info.keySize() != key.byteSize() || info.valueSize() != value.byteSize()) {
            throw new BpfException(
                    0,
                    "open map",
                    name,
                    "its key and value have "
                            + info.keySize()
                            + " and "
                            + info.valueSize()
                            + " bytes, not "
                            + key.byteSize()
                            + " and "
                            + value.byteSize()
                            + ": pinned by another version?");
        }
    }

    /** Reads one element; false when there is none. */
    boolean lookup(MemorySegment key, MemorySegment value) {
        NativeFunction.Returned returned = Libbpf.MAP_LOOKUP.call(fd(), key, value);
        if (returned.value() == 0) {
            return true;
        }
        if (returned.errno() == Errno.ENOENT) {
            return false;
        }
        throw Libbpf.MAP_LOOKUP.failure(returned.errno(), name);
    }

    void update(MemorySegment key, MemorySegment value) {
        Libbpf.MAP_UPDATE.require(name, fd(), key, value, Libbpf.ANY);
    }

    /** Writes one element of an array, or of a map with {@code int} keys. */
    void update(int key, MemorySegment value) {
        try (Arena arena = Arena.ofConfined()) {
            update(arena.allocateFrom(JAVA_INT, key), value);
        }
    }

    /** Reads one element of an array, or of a map with {@code int} keys. */
    boolean lookup(int key, MemorySegment value) {
        try (Arena arena = Arena.ofConfined()) {
            return lookup(arena.allocateFrom(JAVA_INT, key), value);
        }
    }

    /** Removes one element; false when there was none. */
    boolean delete(MemorySegment key) {
        NativeFunction.Returned returned = Libbpf.MAP_DELETE.call(fd(), key);
        if (returned.value() == 0) {
            return true;
        }
        if (returned.errno() == Errno.ENOENT) {
            return false;
        }
        throw Libbpf.MAP_DELETE.failure(returned.errno(), name);
    }

    boolean delete(int key) {
        try (Arena arena = Arena.ofConfined()) {
            return delete(arena.allocateFrom(JAVA_INT, key));
        }
    }

    /** Writes many elements; all or an exception which says how many. */
    void updateBatch(MemorySegment keys, MemorySegment values, int count) {
        if (count == 0) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment done = arena.allocateFrom(JAVA_INT, count);
            NativeFunction.Returned returned =
                    Libbpf.MAP_UPDATE_BATCH.call(fd(), keys, values, done, MemorySegment.NULL);
            if (returned.value() != 0) {
                throw Libbpf.MAP_UPDATE_BATCH.failure(
                        returned.errno(),
                        name + " after " + done.get(JAVA_INT, 0) + " of " + count + " elements");
            }
        }
    }

    /** Lets nobody change it by a system call any more, for as long as it lives. */
    void freeze() {
        Libbpf.MAP_FREEZE.require(name, fd());
    }

    /** Whether it was frozen. */
    boolean frozen() {
        return account("frozen") != 0;
    }

    /** Kernel memory it takes, in bytes, as the kernel accounts it. */
    long memoryBytes() {
        return account("memlock");
    }

    /** A number of the kernel's own account, from fdinfo; 0 when it has none. */
    private long account(String field) {
        Path info = Path.of("/proc/self/fdinfo", String.valueOf(fd()));
        try {
            for (String line : Files.readAllLines(info)) {
                if (line.startsWith(field + ":")) {
                    return Long.parseLong(line.substring(field.length() + 1).strip());
                }
            }
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it has no element. */
    boolean isEmpty() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment first = arena.allocate(info.keySize(), 8);
            NativeFunction.Returned returned =
                    Libbpf.MAP_GET_NEXT_KEY.call(fd(), MemorySegment.NULL, first);
            if (returned.value() != 0 && returned.errno() != Errno.ENOENT) {
                throw Libbpf.MAP_GET_NEXT_KEY.failure(returned.errno(), name);
            }
            return returned.value() != 0;
        }
    }

    /**
     * Shows every element. A map that changes meanwhile may show an element twice or not at all,
     * but no element in half.
     */
    void forEach(BiConsumer<MemorySegment, MemorySegment> seen) {
        try (Arena arena = Arena.ofConfined()) {
            Walk walk = new Walk(arena);
            boolean more = true;
            while (more) {
                more = walk.some(seen);
            }
        }
    }

    /** A walk over the elements that can rest, and begins anew at its end. */
    final class Walk {
        private final MemorySegment keys;
        private final MemorySegment values;
        private final MemorySegment position;
        private final MemorySegment count;
        private boolean started;

        private final int batch;

        Walk(Arena arena) {
            batch = Math.clamp(READ_BYTES / info.valueSize(), 1, READ_BATCH);
            keys = arena.allocate((long) batch * info.keySize(), 8);
            values = arena.allocate((long) batch * info.valueSize(), 8);
            position = arena.allocate(Math.max(8, info.keySize()), 8);
            count = arena.allocate(JAVA_INT);
        }

        /** Shows the next elements, a few hundred; false at the end. */
        boolean some(BiConsumer<MemorySegment, MemorySegment> seen) {
            int read = read();
            for (int i = 0; i < read; i++) {
                seen.accept(
                        keys.asSlice((long) i * info.keySize(), info.keySize()),
                        values.asSlice((long) i * info.valueSize(), info.valueSize()));
            }
            return started;
        }

        /** Whether the last read did not come to the end. */
        boolean more() {
            return started;
        }

        /** The keys last read, one behind the other. */
        MemorySegment keys() {
            return keys;
        }

        /** Their values, one behind the other. */
        MemorySegment values() {
            return values;
        }

        /** Reads the next elements, a few hundred; how many came. */
        int read() {
            count.set(JAVA_INT, 0, batch);
            MemorySegment from = started ? position : MemorySegment.NULL;
            NativeFunction.Returned returned =
                    Libbpf.MAP_LOOKUP_BATCH.call(
                            fd(), from, position, keys, values, count, MemorySegment.NULL);
            if (returned.value() != 0 && returned.errno() != Errno.ENOENT) {
                throw Libbpf.MAP_LOOKUP_BATCH.failure(returned.errno(), name);
            }
            started = returned.value() == 0;
            return count.get(JAVA_INT, 0);
        }
    }

    @Override
    public void close() {
        fd.close();
    }
}
