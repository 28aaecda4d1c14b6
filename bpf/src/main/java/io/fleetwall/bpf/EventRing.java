package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.time.Duration;

/**
 * The ring of BPF_MAP_TYPE_RINGBUF as this process has it mapped: a position of who reads, one of
 * who writes, and records that each begin with their length (kernel/bpf/ringbuf.c).
 *
 * <p>The library's reader maps all records twice, so that none is torn at the end, and each mapped
 * page counts as resident; it also has to be called back, for which the JVM makes classes. Here a
 * record is copied word by word, which the end does not tear, and one window of the records is
 * mapped at a time.
 */
final class EventRing implements AutoCloseable {
    /** A position or a length in one word, in the order that both sides keep. */
    private static final VarHandle WORD = JAVA_LONG.varHandle();

    private static final int HEADER = 8;
    private static final long BUSY = 1L << 31;
    private static final long DISCARDED = 1L << 30;
    private static final long LENGTH = DISCARDED - 1;
    private static final int POLL_BYTES = 8;

    /** A system call or two for each six hundred events. */
    private static final long WINDOW = 1 << 16;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment poll = arena.allocate(POLL_BYTES, 4);
    private final int fd;
    private final Pages pages;
    private final MemorySegment read;
    private final MemorySegment written;
    private final long mask;
    private MemorySegment window = MemorySegment.NULL;
    private long windowAt = -1;

    /** Where one record is. */
    private long at;

    /** Takes records. */
    interface Visitor {
        /** Takes one, with what {@link #word} gives, and says whether it takes another. */
        boolean take(long bytes);
    }

    /** The ring's memory. */
    interface Pages {
        /** This side's position. */
        MemorySegment read();

        /** The other's position. */
        MemorySegment written();

        /** Bytes of all records, a power of two. */
        long size();

        /** A part of the records, in the place of the one before. */
        MemorySegment window(long at, long bytes);

        void unmap();
    }

    EventRing(BpfMap events) {
        this(events.fd(), new MappedRing(events));
    }

    EventRing(int fd, Pages pages) {
        this.fd = fd;
        this.pages = pages;
        read = pages.read();
        written = pages.written();
        mask = pages.size() - 1;
    }

    /** Waits until there is something to read, at most so long. */
    boolean awaits(Duration wait) {
        poll.set(JAVA_INT, 0, fd);
        poll.set(JAVA_SHORT, 4, Libc.POLLIN);
        poll.set(JAVA_SHORT, 6, (short) 0);
        NativeFunction.Returned ready = Libc.POLL.call(poll, 1L, (int) wait.toMillis());
        if (ready.value() < 0 && ready.errno() != Errno.EINTR) {
            throw Libc.POLL.failure(ready.errno(), "events");
        }
        return ready.value() > 0;
    }

    /** Shows what there is, until the visitor has enough. What it took is the kernel's again. */
    void drain(Visitor visitor) {
        long position = (long) WORD.getVolatile(read, 0L);
        boolean more = true;
        while (more && position < (long) WORD.getVolatile(written, 0L)) {
            long header = wordAt(position);
            if ((header & BUSY) != 0) {
                return; // still being written; its writer wakes who waits
            }
            long bytes = header & LENGTH;
            at = position + HEADER;
            more = (header & DISCARDED) != 0 || visitor.take(bytes);
            position += HEADER + (bytes + 7 & ~7L);
            WORD.setVolatile(read, 0L, position);
        }
    }

    /** A word of the record that is shown. */
    long word(int number) {
        return wordAt(at + number * 8L);
    }

    private long wordAt(long position) {
        long place = position & mask;
        long from = place & -WINDOW;
        if (from != windowAt) {
            window = pages.window(from, Math.min(WINDOW, mask + 1));
            windowAt = from;
        }
        return (long) WORD.getVolatile(window, place - from);
    }

    @Override
    public void close() {
        pages.unmap();
        arena.close();
    }
}
