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

    /** The same while the gateways stay the same, which should find nothing. */
    private static final long SELDOM_NANOS = Duration.ofSeconds(10).toNanos();

    /** Entries move for some seconds after a gateway came or went. */
    private static final long SETTLED_NANOS = Duration.ofSeconds(60).toNanos();

    private final NodePresence here;
    private final Sessions sessions;
    private final Duration lostAfter;
    private final Rollouts.NanoClock clock;
    private final Map<String, Long> orphanSince = new HashMap<>();
    private Set<String> gateways = Set.of();
    private boolean alone;
    private long changedNanos;
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
            // Gone before it was claimed, and with nobody else: it was here, so it is lost.
            boolean unclaimed = !here.wasClaimed(node) && !sessions.has(node);
            if (sessions.release(node) || unclaimed) {
                changes.add(new Change.Lost(node));
            }
            here.forget(node);
        }
        long now = clock.nanos();
        boolean settled = settled(now);
        // At once when a gateway has gone, whose nodes are orphans then.
        boolean look =
                changedNanos == now || now - lookedNanos > (settled ? SELDOM_NANOS : LOOK_NANOS);
        if (look) {
            lookedNanos = now;
            arrivals(sessions.notMine(here.held()), changes);
        }
        if (look || !orphanSince.isEmpty()) {
            orphans(changes);
        }
        return changes;
    }

    /** Whether the gateways have been the same for a while: both looks read every entry. */
    private boolean settled(long now) {
        Set<String> present = sessions.gateways();
        if (!present.equals(gateways)) {
            alone = gateways.isEmpty() && present.size() == 1;
            gateways = present;
            changedNanos = now;
        }
        // Nothing moves to or from who starts alone.
        return alone || now - changedNanos > SETTLED_NANOS;
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
