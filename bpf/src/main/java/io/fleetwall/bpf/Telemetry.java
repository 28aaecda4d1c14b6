package io.fleetwall.bpf;

import io.fleetwall.policy.verdict.Reason;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel part tells of itself: counters, faults, events, and who is behind a socket. Reads
 * only; nothing here decides about a packet. Safe for use by many threads.
 */
public final class Telemetry {
    private final BpfMap ring;
    private final Counters counters;
    private final Counters faults;
    private final Attributing processes;
    private @Nullable EventReader events;
    private boolean closed;

    /** Enforcement needs no processes, so whatever is missing for them is only told. */
    Telemetry(Installation installation, PinDirectory pins) {
        this.ring = installation.map("events");
        this.counters = new Counters(installation.map("counters"));
        this.faults = new Counters(installation.map("faults"));
        this.processes = new Attributing(pins);
    }

    /** The reader of events; one per data plane, closed with it. */
    public synchronized EventReader events() {
        requireOpen();
        EventReader reader = events;
        if (reader == null) {
            reader = new EventReader(ring, this::untold);
            events = reader;
        }
        return reader;
    }

    private long untold() {
        return faults.sum(Fault.EVENT_LOST.number()) + faults.sum(Fault.EVENT_LIMITED.number());
    }

    /**
     * The process behind a socket that an event names.
     *
     * @param socket {@link KernelEvent#socket()}
     * @return empty for 0, for sockets older than the data plane, and for those that were forgotten
     */
    public Optional<ProcessRecord> process(long socket) {
        processes.await();
        synchronized (this) {
            requireOpen();
            return processes.of(socket);
        }
    }

    /**
     * Why processes are not known on this machine; empty when they are. Waits until that is known:
     * they begin beside the opening of the data plane.
     */
    public Optional<BpfException> unattributed() {
        return processes.missing();
    }

    /** Waits until nothing is pinned here any more. */
    void settle() {
        processes.await();
    }

    /** Packets by reason since the data plane was installed, over all interfaces. */
    public synchronized Map<Reason, Long> counters() {
        requireOpen();
        return sums(Reason.class, reason -> counters.sum(reason.number()));
    }

    /** What the kernel part could not do, since it was installed. */
    public synchronized Map<Fault, Long> faults() {
        requireOpen();
        return sums(Fault.class, fault -> faults.sum(fault.number()));
    }

    private static <E extends Enum<E>> Map<E, Long> sums(Class<E> of, ToLongFunction<E> sum) {
        Map<E, Long> sums = new EnumMap<>(of);
        for (E each : of.getEnumConstants()) {
            sums.put(each, sum.applyAsLong(each));
        }
        return sums;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
    }

    /** Reads no more; the data plane closes the maps. */
    synchronized void close() {
        closed = true;
        if (events != null) {
            events.close();
        }
        processes.close();
    }
}
