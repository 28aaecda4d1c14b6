package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;

/** An eventfd that ends a wait in poll(2). Stays awake: it is for closing. */
final class Wakeup implements AutoCloseable {
    private final FileDescriptor eventfd =
            new FileDescriptor((int) Libc.EVENTFD.require("wakeup", 0, Libc.EFD_CLOEXEC));

    int fd() {
        return eventfd.number();
    }

    void wake() {
        try (Arena arena = Arena.ofConfined()) {
            Libc.WRITE.require("wakeup", fd(), arena.allocateFrom(JAVA_LONG, 1L), 8L);
        }
    }

    @Override
    public void close() {
        eventfd.close();
    }
}
