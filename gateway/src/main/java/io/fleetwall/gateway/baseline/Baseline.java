package io.fleetwall.gateway.baseline;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known of a workflow as a whole.
 *
 * @param learned since when what is new is told; empty while everything is learned
 * @param full since when it takes no more destinations; empty while it does
 */
public record Baseline(
        String id,
        Workflow workflow,
        Seen seen,
        Optional<Instant> learned,
        Optional<Instant> full) {
    Baseline with(Seen next) {
        return new Baseline(id, workflow, next, learned, full);
    }

    Baseline learnedAt(Instant now) {
        return new Baseline(id, workflow, seen, Optional.of(now), full);
    }

    Baseline fullAt(Optional<Instant> when) {
        return new Baseline(id, workflow, seen, learned, when);
    }

    /** When something was seen first and last, by the gateways' clocks, and in which runs. */
    public record Seen(Instant first, Instant last, Runs runs) {
        static Seen once(Instant at, String run) {
            return new Seen(at, at, Runs.NONE.with(run));
        }

        Seen again(Instant at, String run) {
            return new Seen(first, at.isAfter(last) ? at : last, runs.with(run));
        }
    }
}
