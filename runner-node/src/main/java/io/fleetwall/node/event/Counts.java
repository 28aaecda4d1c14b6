package io.fleetwall.node.event;

import io.fleetwall.protocol.event.EventKind;
import java.util.EnumMap;
import java.util.Map;

/** How many packets and questions events of each kind stand for. Thread-safe. */
final class Counts {
    private final Map<EventKind, Long> counts = new EnumMap<>(EventKind.class);

    synchronized void add(EventKind kind, long count) {
        counts.merge(kind, count, Long::sum);
    }

    synchronized void add(Map<EventKind, Long> more) {
        more.forEach(this::add);
    }

    /** They are accounted for. */
    synchronized void subtract(EventKind kind, long count) {
        counts.computeIfPresent(kind, (_, now) -> now > count ? now - count : null);
    }

    synchronized Map<EventKind, Long> all() {
        return Map.copyOf(counts);
    }

    synchronized long total() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
