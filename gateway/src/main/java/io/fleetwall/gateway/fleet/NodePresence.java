package io.fleetwall.gateway.fleet;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which nodes are connected to this gateway, and which of them have been away for too long. What it
 * answers is due until it is said to be settled, so that nothing is forgotten when the others
 * cannot be asked.
 */
public final class NodePresence {
    private final Duration lostAfter;
    private final Rollouts.NanoClock clock;
    private final Map<String, Node> nodes = new HashMap<>();

    /** Connected and not claimed: asked for four times a second, and nearly always empty. */
    private final Set<String> arrived = new HashSet<>();

    private final Set<String> away = new HashSet<>();

    /** Nodes count as lost after so long an absence. */
    public NodePresence(Duration lostAfter, Rollouts.NanoClock clock) {
        this.lostAfter = lostAfter;
        this.clock = clock;
    }

    /** Session is empty while the node is away, since {@code goneNanos}. */
    private record Node(Optional<NodeSession> session, long goneNanos, boolean claimed) {}

    /** A node connected; returns the connection that it replaces. */
    synchronized Optional<NodeSession> connected(NodeSession session) {
        Node before = nodes.put(session.node(), new Node(Optional.of(session), 0, false));
        arrived.add(session.node());
        away.remove(session.node());
        return before == null ? Optional.empty() : before.session();
    }

    /** A connection ended; only the node's present one counts. */
    synchronized void disconnected(NodeSession session) {
        Node node = nodes.get(session.node());
        if (node != null && node.session().filter(one -> one == session).isPresent()) {
            nodes.put(session.node(), new Node(Optional.empty(), clock.nanos(), node.claimed()));
            arrived.remove(session.node());
            away.add(session.node());
        }
    }

    /** How many nodes are connected. */
    public synchronized int linked() {
        return nodes.size() - away.size();
    }

    /** Nodes that connected and have not been claimed. */
    synchronized Set<String> arrived() {
        return Set.copyOf(arrived);
    }

    /** Whether a node is here, or was a moment ago and has not been forgotten. */
    public synchronized boolean knows(String node) {
        return nodes.containsKey(node);
    }

    /** Nodes that are claimed and here. */
    synchronized Set<String> held() {
        return nodes.entrySet().stream()
                .filter(entry -> entry.getValue().session().isPresent())
                .filter(entry -> entry.getValue().claimed())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Whether a node is connected to this gateway. */
    synchronized boolean has(String node) {
        Node known = nodes.get(node);
        return known != null && known.session().isPresent();
    }

    /** These have been claimed. */
    synchronized void claimed(Set<String> claimed) {
        arrived.removeAll(claimed);
        for (String node : claimed) {
            nodes.computeIfPresent(
                    node, (name, known) -> new Node(known.session(), known.goneNanos(), true));
        }
    }

    /** Nodes that left and did not come back in time. */
    synchronized Set<String> gone() {
        long now = clock.nanos();
        return away.stream()
                .filter(node -> goneFor(node, now) > lostAfter.toNanos())
                .collect(Collectors.toSet());
    }

    /** Whether this gateway has said of a node, while it was here, that it has it. */
    synchronized boolean wasClaimed(String node) {
        Node known = nodes.get(node);
        return known != null && known.claimed();
    }

    private long goneFor(String node, long now) {
        Node known = nodes.get(node);
        return known == null ? 0 : now - known.goneNanos();
    }

    /** A node that is gone is no concern of this gateway's any more. */
    synchronized void forget(String node) {
        if (away.remove(node)) {
            nodes.remove(node);
        }
    }
}
