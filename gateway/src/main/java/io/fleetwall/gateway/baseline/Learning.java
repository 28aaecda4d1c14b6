package io.fleetwall.gateway.baseline;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.event.OwnEvents;
import io.fleetwall.protocol.event.EventKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Takes what was seen of one workflow into its baseline, and finds out what of it is new. A
 * workflow that was seen in enough runs is learned when the next one begins.
 *
 * <p>What is new is taken in as well, so that it is told once.
 */
final class Learning {
    /** By age alone nothing is learned from fewer: the first run may have been the attack. */
    static final int LEAST_RUNS = 3;

    private final GatewayConfig.Baseline config;
    private final Map<Place, Known> known = new HashMap<>();
    private final Map<Place, Known> changed = new HashMap<>();
    private final List<OwnEvents.Fact> facts = new ArrayList<>();
    private long size;
    private Baseline baseline;

    /**
     * Goes on from what is stored.
     *
     * @param known those destinations of the baseline that were seen now
     * @param size how many it has in all
     */
    Learning(GatewayConfig.Baseline config, Baseline baseline, List<Known> known, long size) {
        this.config = config;
        this.baseline = baseline;
        known.forEach(one -> this.known.put(one.place(), one));
        this.size = size;
    }

    void take(Sighting sighting) {
        Instant at = sighting.at();
        if (!baseline.seen().runs().has(sighting.run()) && isEnough(at)) {
            baseline = baseline.learnedAt(at);
        }
        baseline = baseline.with(baseline.seen().again(at, sighting.run()));
        for (Place place : sighting.places()) {
            Optional<Known> before = Optional.ofNullable(known.get(place));
            if (before.isPresent()) {
                put(before.get().again(sighting, at));
            } else if (size < config.destinations()) {
                add(place, sighting);
            } else if (baseline.full().isEmpty()) {
                baseline = baseline.fullAt(Optional.of(at));
                facts.add(fact(sighting, overflow()));
            }
        }
    }

    private boolean isEnough(Instant at) {
        if (baseline.learned().isPresent()) {
            return false;
        }
        long runs = baseline.seen().runs().count();
        boolean old = !at.isBefore(baseline.seen().first().plus(config.age()));
        return runs >= config.runs() || (old && runs >= LEAST_RUNS);
    }

    private void add(Place place, Sighting sighting) {
        boolean isNew = baseline.learned().isPresent();
        Instant at = sighting.at();
        put(
                new Known(
                        place,
                        Baseline.Seen.once(at, sighting.run()),
                        new TreeSet<>(List.of(sighting.verdict())),
                        isNew ? Optional.of(at) : Optional.empty()));
        size++;
        baseline = baseline.fullAt(Optional.empty());
        if (isNew) {
            String where = place.text() + " (" + sighting.verdict() + ")";
            String since =
                    " was not seen in " + baseline.workflow().text() + " before, in " + runs();
            facts.add(fact(sighting, where + since));
        }
    }

    private void put(Known one) {
        known.put(one.place(), one);
        changed.put(one.place(), one);
    }

    private String runs() {
        return (baseline.seen().runs().count() - 1) + " runs";
    }

    private String overflow() {
        return baseline.workflow().text()
                + " has more than "
                + config.destinations()
                + " destinations: no more are learned, nor told as new, until its baseline is reset"
                + " or some were not seen for long";
    }

    private static OwnEvents.Fact fact(Sighting sighting, String message) {
        return new OwnEvents.Fact(
                EventKind.BASELINE_DEVIATION,
                sighting.event().getString("node", ""),
                sighting.event().getString("runner", ""),
                message,
                OwnEvents.Detail.of(sighting.at(), OwnEvents.Subject.of(sighting.event())));
    }

    Baseline baseline() {
        return baseline;
    }

    List<Known> changed() {
        return List.copyOf(changed.values());
    }

    List<OwnEvents.Fact> facts() {
        return facts;
    }
}
