package io.fleetwall.node.enforce;

import io.fleetwall.node.config.NodeConfig;
import io.fleetwall.policy.catalogue.Job;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;

/**
 * One runner as the readers of kernel events see it. Thread-safe: the runner writes, they read.
 *
 * <p>Events lag behind the kernel, so the last few slot words and what they meant are kept: a
 * rule's number means nothing under another policy.
 */
final class RunnerView {
    /** Swaps within the second an event may lie in the ring; older events are told without rule. */
    private static final int HISTORY = 16;

    private final NodeConfig.Runner config;
    private final Deque<Ruled> history = new ArrayDeque<>();
    private volatile Optional<Job> job = Optional.empty();

    RunnerView(NodeConfig.Runner config) {
        this.config = config;
    }

    /** A slot word and what it put in force. */
    private record Ruled(long stamp, Standing standing) {}

    String name() {
        return config.name();
    }

    Set<String> labels() {
        return config.labels();
    }

    Optional<Job> job() {
        return job;
    }

    void job(Optional<Job> running) {
        job = running;
    }

    /** From now on, packets are judged under this word by this policy. */
    synchronized void ruled(long stamp, Standing standing) {
        history.removeIf(ruled -> ruled.stamp == stamp);
        history.addFirst(new Ruled(stamp, standing));
        if (history.size() > HISTORY) {
            history.removeLast();
        }
    }

    /** What was in force under this word. */
    synchronized Optional<Standing> under(long stamp) {
        return history.stream()
                .filter(ruled -> ruled.stamp == stamp)
                .map(Ruled::standing)
                .findFirst();
    }
}
