package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;

/**
 * The compiled program in the jar, and loading it.
 *
 * <p>Loading pins nothing and attaches nothing; the descriptors live as long as this object.
 */
final class KernelObject implements AutoCloseable {
    /** FW_LAYOUT_VERSION; a test compares. */
    static final int LAYOUT_VERSION = 3;

    static final String RESOURCE = "/fleetwall.bpf.o";

    /** The same without what needs the kernel's own types. */
    static final String UNTYPED = "/fleetwall-untyped.bpf.o";

    static final String JUDGE = "fleetwall";
    static final String INBOUND = "fleetwall_inbound";
    private static final long LOG_BYTES = 1 << 20;

    /** How much of the verifier's log an error shows: its end says why. */
    private static final int LOG_TAIL = 1500;

    private final MemorySegment object;

    private KernelObject(MemorySegment object) {
        this.object = object;
    }

    /** The object file of the data plane. */
    static byte[] bytes() {
        return bytes(KernelFeatures.hasTypes() ? RESOURCE : UNTYPED);
    }

    private static byte[] bytes(String resource) {
        try (InputStream in = KernelObject.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no " + resource + " in this build");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SHA-256 of the object file: equal means same program, so adopt it. */
    static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    /**
     * Loads the program into the kernel.
     *
     * @param reuse maps to use instead of new ones, by name
     */
    static KernelObject load(byte[] bytes, Map<String, BpfMap> reuse) {
        return load(RESOURCE, bytes, reuse);
    }

    /** Loads an object of this jar. */
    static KernelObject load(String resource, Map<String, BpfMap> reuse) {
        return load(resource, bytes(resource), reuse);
    }

    private static KernelObject load(String resource, byte[] bytes, Map<String, BpfMap> reuse) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment image = arena.allocate(bytes.length, 8);
            MemorySegment.copy(bytes, 0, image, JAVA_BYTE, 0, bytes.length);
            MemorySegment log = arena.allocate(LOG_BYTES);
            MemorySegment object =
                    Libbpf.OBJECT_OPEN_MEM.requirePointer(
                            resource, image, (long) bytes.length, options(arena, log));
            KernelObject opened = new KernelObject(object);
            try {
                for (Map.Entry<String, BpfMap> map : reuse.entrySet()) {
                    Libbpf.MAP_REUSE_FD.require(
                            map.getKey(), opened.map(arena, map.getKey()), map.getValue().fd());
                }
                NativeFunction.Returned loaded = Libbpf.OBJECT_LOAD.call(object);
                if (loaded.value() != 0) {
                    throw refused(resource, loaded.errno(), log);
                }
                return opened;
            } catch (RuntimeException e) {
                opened.close();
                throw e;
            }
        }
    }

    /** struct bpf_object_open_opts of libbpf 1.x. */
    private static MemorySegment options(Arena arena, MemorySegment log) {
        MemorySegment opts = arena.allocate(80, 8);
        opts.set(JAVA_LONG, 0, 80);
        opts.set(JAVA_LONG, 8, arena.allocateFrom(JUDGE).address());
        opts.set(JAVA_LONG, 56, log.address());
        opts.set(JAVA_LONG, 64, log.byteSize());
        opts.set(JAVA_INT, 72, 0);
        return opts;
    }

    private static BpfException refused(String resource, int errno, MemorySegment log) {
        String text = log.getString(0, StandardCharsets.UTF_8).strip();
        String tail = text.substring(Math.max(0, text.length() - LOG_TAIL));
        String hint = Errno.hint(errno);
        return new BpfException(
                errno,
                "bpf_object__load",
                resource,
                tail.isEmpty() ? hint : hint + "; the kernel's log ends: " + tail);
    }

    /** Descriptor of a map, owned by this object. */
    int mapFd(String name) {
        try (Arena arena = Arena.ofConfined()) {
            return (int) Libbpf.MAP_FD.require(name, map(arena, name));
        }
    }

    /** Descriptor of a program, owned by this object. */
    int programFd(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment program =
                    Libbpf.FIND_PROGRAM.requirePointer(name, object, arena.allocateFrom(name));
            return (int) Libbpf.PROGRAM_FD.require(name, program);
        }
    }

    private MemorySegment map(Arena arena, String name) {
        return Libbpf.FIND_MAP.requirePointer(name, object, arena.allocateFrom(name));
    }

    @Override
    public void close() {
        Libbpf.OBJECT_CLOSE.call(object);
    }
}
