package io.fleetwall.gateway.fleet;

import io.fleetwall.gateway.cluster.Sessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which nodes came and which were lost, as all gateways together see it: a node that moves from one
 * gateway to another is neither, and each change is told by one gateway. A short absence (a
 * restart, a moved connection, a gateway that died) is nothing to tell anybody. Blocks.
 */
public final class Roster {
    /** How soon an entry that the cluster lost, or that is wrong, is written again. */
    private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

    private final NodePresence here;
    private final Sessions sessions;
    private final Duration lostAfter;
    private final Rollouts.NanoClock clock;
    private final Map<String, Long> orphanSince = new HashMap<>();
    private long lookedNanos;

    /** The roster of a gateway whose own nodes are {@code here}. */
    public Roster(
            NodePresence here, Sessions sessions, Duration lostAfter, Rollouts.NanoClock clock) {
        this.here = here;
        this.sessions = sessions;
        this.lostAfter = lostAfter;
        this.clock = clock;
        this.lookedNanos = clock.nanos();
    }

    /** What is to be told about a node. */
    public sealed interface Change {
        String node();

        /** It is connected, and was unknown or lost before. */
        record Joined(String node) implements Change {}

        /** No gateway has had it for too long. */
        record Lost(String node) implements Change {}
    }

    /** Nodes the store knows: away since now. */
    void expect(Set<String> known) {
        sessions.expect(known);
    }

    /** What is to be told now; said once. */
    List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        arrivals(here.arrived(), changes);
        for (String node : here.gone()) {
            if (sessions.release(node)) {
                changes.add(new Change.Lost(node));
            }
            here.forget(node);
        }
        if (clock.nanos() - lookedNanos > LOOK_NANOS) {
            lookedNanos = clock.nanos();
            arrivals(sessions.notMine(here.held()), changes);
        }
        orphans(changes);
        return changes;
    }

    private void arrivals(Set<String> nodes, List<Change> changes) {
        if (!nodes.isEmpty()) {
            sessions.claim(nodes).forEach(node -> changes.add(new Change.Joined(node)));
            here.claimed(nodes);
        }
    }

    private void orphans(List<Change> changes) {
        Map<String, String> orphans = sessions.orphans();
        orphanSince.keySet().retainAll(orphans.keySet());
        long now = clock.nanos();
        orphans.forEach((node, gateway) -> {
            long since = orphanSince.computeIfAbsent(node, first -> now);
            if (now - since > lostAfter.toNanos() && sessions.giveUp(node, gateway)) {
                changes.add(new Change.Lost(node));
            }
        });
    }
}
