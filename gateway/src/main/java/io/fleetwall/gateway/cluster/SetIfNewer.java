package io.fleetwall.gateway.cluster;

import com.hazelcast.map.EntryProcessor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Moves the shared head forward, never back. It runs where the entry lives, so that two gateways
 * announcing at once cannot overwrite the higher revision by the lower.
 */
final class SetIfNewer implements EntryProcessor<String, Head, Boolean> {
    private static final long serialVersionUID = 1L;
    private final Head head;

    SetIfNewer(Head head) {
        this.head = head;
    }

    @Override
    public Boolean process(Map.Entry<String, Head> entry) {
        @Nullable Head known = entry.getValue();
        if (known != null && known.revision() >= head.revision()) {
            return false;
        }
        entry.setValue(head);
        return true;
    }
}
