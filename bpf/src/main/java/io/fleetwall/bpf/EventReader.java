package io.fleetwall.bpf;

import static io.fleetwall.bpf.NativeFunction.INT;
import static io.fleetwall.bpf.NativeFunction.LONG;
import static io.fleetwall.bpf.NativeFunction.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
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

    /** What the callback returns to end a poll, -ENOBUFS; handed through by libbpf. */
    private static final int BATCH_FULL = 105;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment ring;
    private final LongSupplier lost;
    private final List<long[]> arrived = new ArrayList<>();
    private LongConsumer counting = packets -> {};
    private boolean closed;
    private final AtomicLong unreadable = new AtomicLong();

    @SuppressWarnings("restricted") // ring_buffer_sample_fn of libbpf.h
    EventReader(BpfMap events, LongSupplier lost) {
        this.lost = lost;
        MemorySegment upcall =
                Linker.nativeLinker()
                        .upcallStub(
                                sampleHandle().bindTo(this),
                                FunctionDescriptor.of(INT, POINTER, POINTER, LONG),
                                arena);
        this.ring =
                Libbpf.RING_NEW.requirePointer(
                        events.name(), events.fd(), upcall, MemorySegment.NULL, MemorySegment.NULL);
    }

    private static MethodHandle sampleHandle() {
        try {
            return MethodHandles.lookup()
                    .findVirtual(
                            EventReader.class,
                            "sample",
                            MethodType.methodType(
                                    int.class,
                                    MemorySegment.class,
                                    MemorySegment.class,
                                    long.class));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("EventReader.sample", e);
        }
    }

    /** Called by libbpf. Only copies: an exception here would end the process. */
    @SuppressWarnings({"restricted", "UnusedMethod", "UnusedVariable"}) // called from C
    private int sample(MemorySegment context, MemorySegment data, long size) {
        if (size != Layouts.EVENT.byteSize()) {
            unreadable.incrementAndGet();
            return 0;
        }
        MemorySegment record = data.reinterpret(size);
        counting.accept(Math.max(1, KernelEvent.packets(record)));
        arrived.add(record.toArray(ValueLayout.JAVA_LONG));
        return arrived.size() < BATCH ? 0 : -BATCH_FULL;
    }

    /**
     * Tells of the packets of each event before it leaves the ring, so that what a killed process
     * had taken is known. Called from C: the counter must neither block nor throw.
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
        NativeFunction.Returned returned = Libbpf.RING_POLL.call(ring, (int) wait.toMillis());
        boolean ended = returned.errno() == Errno.EINTR || returned.errno() == BATCH_FULL;
        if (returned.value() < 0 && !ended) {
            throw Libbpf.RING_POLL.failure(returned.errno(), "events");
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
            Libbpf.RING_FREE.call(ring);
            arena.close();
        }
    }
}
