package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where the second version of control groups is mounted, alone or beside the first. */
final class ControlGroups {
    private static final long CGROUP2_MAGIC = 0x63677270L;

    private ControlGroups() {}

    /** Its root; a mount that another one covers does not count. */
    static Optional<Path> root() {
        try {
            return Files.readString(Path.of("/proc/self/mounts"), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split(" ", -1))
                    .filter(fields -> fields.length > 2 && fields[2].equals("cgroup2"))
                    .map(fields -> Path.of(fields[1]))
                    .filter(ControlGroups::isRoot)
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean isRoot(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment statfs = arena.allocate(256, 8);
            return Libc.STATFS.call(arena.allocateFrom(path.toString()), statfs).value() == 0
                    && statfs.get(JAVA_LONG, 0) == CGROUP2_MAGIC;
        }
    }
}
