package io.fleetwall.gateway.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Runners that have a revision in force which they had not before, until {@link AppliedVerticle}
 * tells it. To add one costs an event loop no lock and no look at a clock; each runner is here once
 * a revision, and for a quarter of a second.
 */
final class Acknowledgements {
    private final Queue<RunnerView> untold = new ConcurrentLinkedQueue<>();

    /** A runner as it is since it acknowledged. */
    void add(RunnerView runner) {
        untold.add(runner);
    }

    /** Those that came since the last call. */
    List<RunnerView> take() {
        List<RunnerView> taken = new ArrayList<>();
        for (RunnerView one = untold.poll(); one != null; one = untold.poll()) {
            taken.add(one);
        }
        return taken;
    }
}
