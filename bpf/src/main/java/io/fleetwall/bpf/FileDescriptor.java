package io.fleetwall.bpf;

import java.util.concurrent.atomic.AtomicBoolean;

/** An open file descriptor that is closed exactly once. */
final class FileDescriptor implements AutoCloseable {
    private final int number;
    private final AtomicBoolean closed = new AtomicBoolean();

    FileDescriptor(int number) {
        this.number = number;
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
