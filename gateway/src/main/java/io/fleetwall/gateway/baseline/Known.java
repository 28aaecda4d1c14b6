package io.fleetwall.gateway.baseline;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A destination in a baseline.
 *
 * @param verdicts what was decided about it: allowed, denied, would-deny
 * @param deviated when it was told as a deviation; empty when it was learned
 */
public record Known(
        Place place, Baseline.Seen seen, SortedSet<String> verdicts, Optional<Instant> deviated) {
    Known again(Sighting sighting, Instant at) {
        SortedSet<String> more = new TreeSet<>(verdicts);
        more.add(sighting.verdict());
        return new Known(place, seen.again(at, sighting.run()), more, deviated);
    }
}
