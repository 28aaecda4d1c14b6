package io.fleetwall.bpf;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Reads the event ring. Events that came while no agent lived are still in it, as far as they fit.
 *
 * <p>One reader at a time: the ring has one read position, kept in the pinned map.
 */
public final class EventReader implements AutoCloseable {
    /** Events taken in one poll: a storm cannot keep the caller in it. 4,096 of 96 bytes. */
    private static final int BATCH = 4_096;

    private static final int WORDS = (int) (Layouts.EVENT.byteSize() / Long.BYTES);

    private final EventRing ring;
    private final LongSupplier lost;
    private final List<long[]> arrived = new ArrayList<>();
    private LongConsumer counting = packets -> {};
    private boolean closed;
    private final AtomicLong unreadable = new AtomicLong();

    EventReader(BpfMap events, LongSupplier lost) {
        this.lost = lost;
        this.ring = new EventRing(events);
    }

    private boolean take(long bytes) {
        if (bytes != Layouts.EVENT.byteSize()) {
            unreadable.incrementAndGet();
            return true;
        }
        long[] record = new long[WORDS];
        for (int i = 0; i < WORDS; i++) {
            record[i] = ring.word(i);
        }
        counting.accept(Math.max(1, KernelEvent.packets(MemorySegment.ofArray(record))));
        arrived.add(record);
        return arrived.size() < BATCH;
    }

    /**
     * Tells of the packets of each event before it leaves the ring, so that what a killed process
     * had taken is known. The counter must not block.
     */
    public synchronized void counting(LongConsumer counter) {
        counting = counter;
    }

    /**
     * Waits for events and hands over what has come.
     *
     * @param wait at most this long; blocks the calling thread (and its carrier)
     * @return how many were handed over
     */
    public synchronized int poll(Duration wait, Consumer<KernelEvent> consumer) {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        if (ring.awaits(wait)) {
            ring.drain(this::take);
        }
        List<KernelEvent> events =
                arrived.stream()
                        .map(record -> KernelEvent.read(MemorySegment.ofArray(record)))
                        .toList();
        arrived.clear();
        events.forEach(consumer);
        return events.size();
    }

    /**
     * Events that found the ring full or their runner's share used up since the data plane was
     * installed, and records of another size than this agent knows.
     */
    public long lost() {
        return lost.getAsLong() + unreadable.get();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            ring.close();
        }
    }
}
