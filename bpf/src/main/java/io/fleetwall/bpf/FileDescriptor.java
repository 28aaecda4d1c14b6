package io.fleetwall.bpf;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** An open file descriptor that is closed exactly once. */
final class FileDescriptor implements AutoCloseable {
    private final int number;
    private final AtomicBoolean closed = new AtomicBoolean();

    FileDescriptor(int number) {
        this.number = number;
    }

    /** Opens a file or directory for reading. */
    static FileDescriptor open(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            long number =
                    Libc.OPEN.require(
                            path.toString(),
                            arena.allocateFrom(path.toString()),
                            Libc.O_RDONLY | Libc.O_CLOEXEC,
                            0);
            return new FileDescriptor((int) number);
        }
    }

    int number() {
        if (closed.get()) {
            throw new IllegalStateException("closed");
        }
        return number;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            Libc.CLOSE.require("descriptor " + number, number);
        }
    }
}
