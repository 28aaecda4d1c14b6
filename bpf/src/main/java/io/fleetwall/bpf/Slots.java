package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The slot words, mapped into this process.
 *
 * <p>The kernel reads a slot once per packet; one aligned 8-byte store here changes the policy of
 * an interface for every packet that starts after it, and for none in half.
 */
final class Slots implements AutoCloseable {
    private static final VarHandle WORD = JAVA_LONG.varHandle();

    private final MemorySegment words;
    private final int count;
    private boolean closed;

    private Slots(MemorySegment words, int count) {
        this.words = words;
        this.count = count;
    }

    @SuppressWarnings("restricted") // the size is that of the map
    static Slots map(BpfMap map) {
        int count = map.info().maxEntries();
        long bytes = (long) count * Long.BYTES;
        long address =
                Libc.MMAP.require(
                        map.name(),
                        MemorySegment.NULL,
                        bytes,
                        Libc.PROT_READ | Libc.PROT_WRITE,
                        Libc.MAP_SHARED,
                        map.fd(),
                        0L);
        return new Slots(MemorySegment.ofAddress(address).reinterpret(bytes), count);
    }

    int count() {
        return count;
    }

    synchronized SlotWord get(int slot) {
        requireOpen();
        return new SlotWord((long) WORD.getVolatile(words, slot * 8L));
    }

    synchronized void set(int slot, SlotWord word) {
        requireOpen();
        WORD.setVolatile(words, slot * 8L, word.bits());
    }

    /** Whether any slot points at a table set. */
    boolean pointsAt(int tableSet) {
        for (int slot = 0; slot < count; slot++) {
            if (get(slot).tableSet() == tableSet) {
                return true;
            }
        }
        return false;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            Libc.MUNMAP.require("slots", words, words.byteSize());
        }
    }
}
