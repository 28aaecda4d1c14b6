package io.fleetwall.gateway.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which nodes are connected, and which have been away for too long. A short absence (a restart, a
 * moved connection) is nothing to tell anybody.
 */
public final class NodePresence {
    private final Duration lostAfter;
    private final Rollouts.NanoClock clock;
    private final Map<String, Node> nodes = new HashMap<>();

    /** Nodes count as lost after so long an absence. */
    public NodePresence(Duration lostAfter, Rollouts.NanoClock clock) {
        this.lostAfter = lostAfter;
        this.clock = clock;
    }

    /** What is to be told about a node. */
    public sealed interface Change {
        String node();

        /** It is connected, and was unknown or lost before. */
        record Joined(String node) implements Change {}

        /** It has been away for too long. */
        record Lost(String node) implements Change {}
    }

    private enum Told {
        NOTHING,
        JOINED,
        LOST
    }

    /** Session is empty while the node is away, since {@code goneNanos}. */
    private record Node(Optional<NodeSession> session, long goneNanos, Told told) {
        Node telling(Told what) {
            return new Node(session, goneNanos, what);
        }
    }

    /** Nodes the store knows: away since now. */
    synchronized void expect(Set<String> known) {
        for (String node : known) {
            nodes.putIfAbsent(node, new Node(Optional.empty(), clock.nanos(), Told.JOINED));
        }
    }

    /** A node connected; returns the connection that it replaces. */
    synchronized Optional<NodeSession> connected(NodeSession session) {
        Node before = nodes.get(session.node());
        Told told = before == null ? Told.NOTHING : before.told();
        nodes.put(session.node(), new Node(Optional.of(session), 0, told));
        return before == null ? Optional.empty() : before.session();
    }

    /** A connection ended; only the node's present one counts. */
    synchronized void disconnected(NodeSession session) {
        Node node = nodes.get(session.node());
        if (node != null && node.session().filter(one -> one == session).isPresent()) {
            nodes.put(session.node(), new Node(Optional.empty(), clock.nanos(), node.told()));
        }
    }

    /** What is to be told now; said once. */
    synchronized List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        long now = clock.nanos();
        nodes.replaceAll((name, node) -> {
            boolean here = node.session().isPresent();
            if (here && node.told() != Told.JOINED) {
                changes.add(new Change.Joined(name));
                return node.telling(Told.JOINED);
            }
            boolean late = now - node.goneNanos() > lostAfter.toNanos();
            if (!here && late && node.told() != Told.LOST) {
                changes.add(new Change.Lost(name));
                return node.telling(Told.LOST);
            }
            return node;
        });
        return changes;
    }
}
