package io.fleetwall.gateway.cluster;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The newest revision any gateway knows of. It makes the others fast; the store alone decides what
 * is true, so nothing is lost when it is empty or a notification goes missing.
 */
public final class SharedHead {
    static final String MAP = "fleetwall.head";
    private static final String KEY = "policies";
    private final IMap<String, Head> map;

    SharedHead(IMap<String, Head> map) {
        this.map = map;
    }

    /** Tells the other gateways; completes with whether it was news. */
    public CompletionStage<Boolean> announce(Head head) {
        return map.submitToKey(KEY, new SetIfNewer(head));
    }

    /** What is known; empty before the first announcement. */
    public Optional<Head> known() {
        return Optional.ofNullable(map.get(KEY));
    }

    /** Calls back, on a thread of Hazelcast that must not be held, at every newer head. */
    public void onNewer(Consumer<Head> listener) {
        map.addEntryListener(new Listener(listener), KEY, true);
    }

    private record Listener(Consumer<Head> listener)
            implements EntryAddedListener<String, Head>,
                    EntryUpdatedListener<String, Head>,
                    EntryMergedListener<String, Head> {
        @Override
        public void entryAdded(EntryEvent<String, Head> event) {
            listener.accept(event.getValue());
        }

        @Override
        public void entryUpdated(EntryEvent<String, Head> event) {
            listener.accept(event.getValue());
        }

        @Override
        public void entryMerged(EntryEvent<String, Head> event) {
            listener.accept(event.getValue());
        }
    }
}
