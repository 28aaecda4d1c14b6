package io.fleetwall.gateway.fleet;

import io.fleetwall.protocol.message.Attestation;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.NodeState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** What agents say of themselves and when they last spoke, also of nodes that have no runner. */
final class NodeBook {
    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final Set<String> changed = ConcurrentHashMap.newKeySet();

    private record Known(
            NodeView.Agent agent,
            RunnerView.Contact contact,
            Map<String, Attestation> attestations) {
        Known at(RunnerView.Contact next) {
            return new Known(agent, next, attestations);
        }
    }

    void hello(Hello hello, Instant now) {
        var agent = new NodeView.Agent(hello.agentVersion(), hello.kernel(), now, List.of());
        var here = new RunnerView.Contact(RunnerView.Presence.HERE, now);
        known.put(hello.node(), new Known(agent, here, Map.of()));
        change(hello.node());
    }

    void state(String node, NodeState state) {
        Map<String, Attestation> attestations = new HashMap<>();
        state.runners().forEach(one -> attestations.put(one.runner(), one));
        known.computeIfPresent(
                node,
                (same, was) ->
                        new Known(
                                was.agent().with(state.kernel()),
                                was.contact(),
                                Map.copyOf(attestations)));
        change(node);
    }

    /** Something of this node is not as it was. */
    void change(String node) {
        changed.add(node);
    }

    /** Which nodes have changed since the last call. */
    Set<String> changes() {
        Set<String> changes = new HashSet<>(changed);
        changed.removeAll(changes);
        return changes;
    }

    /** What another gateway knows of a node. */
    void told(NodeCopy copy) {
        copy.agent()
                .ifPresent(agent -> {
                    Map<String, Attestation> attestations = new HashMap<>();
                    copy.attestations().forEach(one -> attestations.put(one.runner(), one));
                    known.put(
                            copy.node(),
                            new Known(agent, copy.contact(), Map.copyOf(attestations)));
                });
    }

    /** All that is known of a node; empty of one that never was. */
    Optional<NodeCopy> copy(String node, List<RunnerView> runners) {
        Optional<Known> its = Optional.ofNullable(known.get(node));
        if (its.isEmpty() && runners.isEmpty()) {
            return Optional.empty();
        }
        NodeView view = view(node, runners);
        List<Attestation> attestations =
                its.map(one -> List.copyOf(one.attestations().values())).orElse(List.of());
        return Optional.of(new NodeCopy(node, view.agent(), view.contact(), attestations, runners));
    }

    /** How a runner's enforcement was found, if its node has said so since it connected here. */
    Optional<Attestation> attestation(RunnerKey key) {
        return Optional.ofNullable(known.get(key.node()))
                .flatMap(node -> Optional.ofNullable(node.attestations().get(key.runner())));
    }

    void seen(String node, RunnerView.Contact contact) {
        known.computeIfPresent(node, (same, was) -> was.at(contact));
    }

    void lost(String node) {
        known.computeIfPresent(
                node,
                (same, was) ->
                        was.at(
                                new RunnerView.Contact(
                                        RunnerView.Presence.LOST, was.contact().lastSeen())));
        change(node);
    }

    /** All nodes by name: those that connected, and those of which only runners are known. */
    List<NodeView> with(List<RunnerView> runners) {
        TreeMap<String, List<RunnerView>> byNode = new TreeMap<>();
        known.keySet().forEach(node -> byNode.put(node, new ArrayList<>()));
        for (RunnerView runner : runners) {
            byNode.computeIfAbsent(runner.key().node(), node -> new ArrayList<>()).add(runner);
        }
        List<NodeView> nodes = new ArrayList<>();
        byNode.forEach((node, its) -> nodes.add(view(node, its)));
        return nodes;
    }

    private NodeView view(String node, List<RunnerView> runners) {
        Optional<Known> its = Optional.ofNullable(known.get(node));
        RunnerView.Contact contact =
                its.map(Known::contact)
                        .orElseGet(() ->
                                runners.stream()
                                        .map(RunnerView::contact)
                                        .max(Comparator.comparing(RunnerView.Contact::lastSeen))
                                        .orElseThrow());
        return new NodeView(node, its.map(Known::agent), contact, runners);
    }
}
