package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The directory on bpffs that keeps maps, program and links alive without an agent.
 *
 * <p>Below it stands the layout version, so that an agent with another layout builds beside. The
 * directory itself is locked with flock(2): bpffs holds no regular files, a lock of the directory
 * needs none, sees every version below it, and the kernel drops it with its owner, however that one
 * dies.
 */
final class PinDirectory implements AutoCloseable {
    private static final long BPF_FS_MAGIC = 0xcafe4a11L;

    private static final Pattern VERSION = Pattern.compile("v(\\d{1,6})");

    private final Path root;
    private final int number;
    private final Path version;
    private final FileDescriptor lock;

    private PinDirectory(Path root, int number, FileDescriptor lock) {
        this.root = root;
        this.number = number;
        this.version = root.resolve("v" + number);
        this.lock = lock;
    }

    /** Makes the directory when absent and locks it. */
    static PinDirectory open(Path root) {
        return open(root, KernelObject.LAYOUT_VERSION);
    }

    /**
     * The same for another layout version.
     *
     * @param number of the version; tests stand for agents of other versions
     */
    static PinDirectory open(Path root, int number) {
        Path existing = root;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        requireBpffs(existing);
        try {
            Files.createDirectories(root);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + root, e);
        }
        return new PinDirectory(root, number, lock(root));
    }

    private static void requireBpffs(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment statfs = arena.allocate(256, 8);
            Libc.STATFS.require(path.toString(), arena.allocateFrom(path.toString()), statfs);
            if (statfs.get(JAVA_LONG, 0) != BPF_FS_MAGIC) {
                throw new BpfException(
                        0,
                        "open pin directory",
                        path.toString(),
                        "not on a BPF file system: mount -t bpf bpf /sys/fs/bpf");
            }
        }
    }

    private static FileDescriptor lock(Path root) {
        FileDescriptor fd = FileDescriptor.open(root);
        NativeFunction.Returned locked = Libc.FLOCK.call(fd.number(), Libc.LOCK_EX | Libc.LOCK_NB);
        if (locked.value() != 0) {
            fd.close();
            throw new BpfException(
                    locked.errno(),
                    "flock",
                    root.toString(),
                    "another agent owns this pin directory: stop it, or choose another"
                            + " bpf.pinDirectory");
        }
        return fd;
    }

    /** The layout version. */
    int version() {
        return number;
    }

    /** The versions that stand below the root, in order. */
    List<Integer> versions() {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.map(entry -> VERSION.matcher(entry.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(name -> Integer.valueOf(name.group(1)))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + root, e);
        }
    }

    /** Another version below the same root, under the same lock. */
    PinDirectory sibling(int other) {
        return new PinDirectory(root, other, lock);
    }

    /** Opens what is pinned under a name, empty when nothing is. */
    Optional<FileDescriptor> get(String name) {
        Path path = version.resolve(name);
        try (Arena arena = Arena.ofConfined()) {
            NativeFunction.Returned returned =
                    Libbpf.OBJ_GET.call(arena.allocateFrom(path.toString()));
            if (returned.value() >= 0) {
                return Optional.of(new FileDescriptor((int) returned.value()));
            }
            if (returned.errno() == Errno.ENOENT) {
                return Optional.empty();
            }
            throw Libbpf.OBJ_GET.failure(returned.errno(), path.toString());
        }
    }

    /** Opens what must be pinned under a name. */
    FileDescriptor require(String name) {
        return get(name)
                .orElseThrow(() ->
                        new BpfException(
                                Errno.ENOENT,
                                "bpf_obj_get",
                                version.resolve(name).toString(),
                                "a pin is missing: somebody removed it; `runner-node"
                                        + " uninstall` clears the rest"));
    }

    boolean exists(String name) {
        return Files.exists(version.resolve(name));
    }

    void pin(int fd, String name) {
        Path path = version.resolve(name);
        try (Arena arena = Arena.ofConfined()) {
            Files.createDirectories(path.getParent());
            Libbpf.OBJ_PIN.require(path.toString(), fd, arena.allocateFrom(path.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + path.getParent(), e);
        }
    }

    /** Atomically puts one pin in the place of another. */
    void rename(String from, String to) {
        try {
            Files.move(version.resolve(from), version.resolve(to), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot rename pin " + from + " to " + to, e);
        }
    }

    void unpin(String name) {
        try {
            Files.deleteIfExists(version.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpin " + name, e);
        }
    }

    /** Names of the pins in a subdirectory, sorted. */
    List<String> names(String directory) {
        Path path = version.resolve(directory);
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + path, e);
        }
    }

    /**
     * Removes every pin of this version: links first, so that no packet meets half a data plane.
     */
    void removeAll() {
        if (!Files.exists(version)) {
            return;
        }
        for (String directory : List.of(Links.DIRECTORY, Links.INBOUND_DIRECTORY)) {
            names(directory).forEach(link -> unpin(directory + "/" + link));
        }
        try (Stream<Path> entries = Files.walk(version)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + version, e);
        }
    }

    /** Removes the directory itself; keeps it when another layout version lives in it. */
    void removeRoot() {
        try (Stream<Path> entries = Files.list(root)) {
            if (entries.findAny().isEmpty()) {
                Files.delete(root);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + root, e);
        }
    }

    Path path() {
        return version;
    }

    /** Gives the lock back; everything pinned stays. */
    @Override
    public void close() {
        lock.close();
    }
}
