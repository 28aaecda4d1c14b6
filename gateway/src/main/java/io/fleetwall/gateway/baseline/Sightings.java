package io.fleetwall.gateway.baseline;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.event.EventLog;
import io.fleetwall.gateway.event.StoredEvent;
import io.fleetwall.gateway.store.Transaction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Notes, in the transaction that stores events, which of them tell something about a workflow that
 * this gateway has not noted before: where a run's traffic went for the first time.
 *
 * <p>So nothing is missed when a gateway dies, and what is known costs ingest one look into memory.
 * What a note means is worked out later and elsewhere, by {@link BaselineVerticle}.
 */
public final class Sightings implements EventLog.Alongside {
    /** Of all runs together, about 200 bytes each: 20 MB. What is forgotten is noted again. */
    private static final int MOST_KEYS = 100_000;

    private static final int MOST_RUNS = 10_000;
    private static final List<String> COLUMNS = List.of("entry", "body");

    private final int mostOfARun;

    /** The run that nothing was heard of for longest comes first. */
    private final Map<Run, Noted> runs = new LinkedHashMap<>(16, 0.75f, true);

    /** By the newest event of the transaction that is to say whether they are in the store. */
    private final NavigableMap<Long, List<Fresh>> uncommitted = new TreeMap<>();

    private int keys;

    private record Run(Workflow workflow, String name) {}

    private record Fresh(Sighting.Key key, Run run) {}

    /** Of one run; nothing more once it is full, whatever it does. */
    private static final class Noted {
        private final Set<Sighting.Key> keys = new HashSet<>();
        private boolean full;

        boolean has(Sighting.Key key) {
            return full || keys.contains(key);
        }
    }

    /** Notes what baselines of these settings are made of. */
    public Sightings(GatewayConfig.Baseline config) {
        // One more than a baseline takes says that there are more.
        this.mostOfARun = config.destinations() + 1;
    }

    @Override
    public synchronized void write(Transaction transaction, List<StoredEvent> events) {
        // Numbers are given in turns: whoever had these before was rolled back.
        uncommitted.tailMap(events.getFirst().entry(), true).clear();
        Set<Fresh> fresh = new LinkedHashSet<>();
        List<List<Object>> rows = new ArrayList<>();
        for (StoredEvent event : events) {
            Optional<Sighting> found = Sighting.of(event);
            if (found.isPresent()) {
                Sighting sighting = found.get();
                Fresh one = new Fresh(sighting.key(), new Run(sighting.workflow(), sighting.run()));
                Noted noted = runs.get(one.run());
                if ((noted == null || !noted.has(one.key())) && fresh.add(one)) {
                    rows.add(List.of(event.entry(), sighting.text()));
                }
            }
        }
        if (!rows.isEmpty()) {
            transaction.insert("baseline_sighting", COLUMNS, rows);
            uncommitted.put(events.getLast().entry(), List.copyOf(fresh));
        }
    }

    /** Whatever has a lower number has committed as well, or been rolled back above. */
    @Override
    public synchronized void committed(List<StoredEvent> events) {
        Map<Long, List<Fresh>> before = uncommitted.headMap(events.getLast().entry(), true);
        before.values().forEach(some -> some.forEach(this::note));
        before.clear();
        Iterator<Noted> longest = runs.values().iterator();
        while (keys > MOST_KEYS || runs.size() > MOST_RUNS) {
            keys -= longest.next().keys.size();
            longest.remove();
        }
    }

    private void note(Fresh fresh) {
        Noted noted = runs.computeIfAbsent(fresh.run(), run -> new Noted());
        if (!noted.full && noted.keys.add(fresh.key())) {
            keys++;
        }
        if (noted.keys.size() >= mostOfARun) {
            keys -= noted.keys.size();
            noted.keys.clear();
            noted.full = true;
        }
    }
}
