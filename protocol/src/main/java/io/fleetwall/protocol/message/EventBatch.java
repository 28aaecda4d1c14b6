package io.fleetwall.protocol.message;

import io.fleetwall.protocol.event.Event;
import java.util.List;
import java.util.UUID;

/**
 * Consecutive events of one boot. The gateway acknowledges once they are stored; until then the
 * node keeps them, and sends them again after a reconnect: (node, boot, sequence) tells duplicates.
 *
 * @param firstSequence sequence of the first event, from 1, without gaps
 */
public record EventBatch(UUID boot, long firstSequence, List<Event> events) implements NodeMessage {
    /** Bounds a batch to about 1 MiB at 1 KiB an event. */
    public static final int MAX_EVENTS = 1024;

    public EventBatch {
        events = List.copyOf(events);
        if (firstSequence < 1 || events.isEmpty() || events.size() > MAX_EVENTS) {
            throw new IllegalArgumentException(
                    "batch of " + events.size() + " from " + firstSequence);
        }
    }

    /** Sequence of the last event. */
    public long lastSequence() {
        return firstSequence + events.size() - 1;
    }
}
