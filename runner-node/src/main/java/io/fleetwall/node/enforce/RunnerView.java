package io.fleetwall.node.enforce;

import io.fleetwall.node.config.NodeConfig;
import io.fleetwall.policy.catalogue.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One runner as the readers of kernel events see it. Thread-safe: the runner writes, they read.
 *
 * <p>Events lag behind the kernel, so the last few slot words and what they meant are kept: a
 * rule's number means nothing under another policy. What was replaced is kept within a budget: a
 * few large policies one after the other would fill the agent's memory.
 */
final class RunnerView {
    /** Swaps within the second an event may lie in the ring; older events are told without rule. */
    private static final int HISTORY = 16;

    /** Rules of what was replaced, at some 300 bytes each; older rulings are forgotten. */
    static final int KEPT_RULES = 12_000;

    /** Addresses in books of what was replaced, at some 500 bytes each. */
    static final int KEPT_ADDRESSES = 4_000;

    private final NodeConfig.Runner config;
    private final List<Ruled> history = new ArrayList<>();
    private volatile Optional<Job> job = Optional.empty();

    RunnerView(NodeConfig.Runner config) {
        this.config = config;
    }

    /** A slot word and what it put in force. */
    private record Ruled(long stamp, Ruling ruling) {}

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
    @SuppressWarnings("ReferenceEquality") // what is the same object costs nothing more
    synchronized void ruled(long stamp, Standing standing) {
        Ruling now = Ruling.of(standing);
        List<Ruled> replaced =
                history.stream().filter(ruled -> ruled.stamp != stamp).limit(HISTORY - 1L).toList();
        history.clear();
        history.add(new Ruled(stamp, now));
        int rules = 0;
        int addresses = 0;
        for (Ruled each : replaced) {
            Ruling old = each.ruling;
            if (old.rules() != now.rules()) {
                rules += old.rules().size();
            }
            if (rules > KEPT_RULES) {
                return;
            }
            if (old.names() != now.names()) {
                addresses += old.names().size();
            }
            // What the next policy names too is in its book; an event does without the others.
            history.add(
                    addresses > KEPT_ADDRESSES
                            ? new Ruled(each.stamp, old.named(now.names()))
                            : each);
        }
    }

    /** What was in force under this word. */
    synchronized Optional<Ruling> under(long stamp) {
        return history.stream()
                .filter(ruled -> ruled.stamp == stamp)
                .map(Ruled::ruling)
                .findFirst();
    }
}
