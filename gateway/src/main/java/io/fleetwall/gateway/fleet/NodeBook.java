package io.fleetwall.gateway.fleet;

import io.fleetwall.protocol.message.Hello;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** What agents say of themselves and when they last spoke, also of nodes that have no runner. */
final class NodeBook {
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    private record Known(NodeView.Agent agent, RunnerView.Contact contact) {}

    void hello(Hello hello, Instant now) {
        var agent = new NodeView.Agent(hello.agentVersion(), hello.kernel(), now);
        var here = new RunnerView.Contact(RunnerView.Presence.HERE, now);
        known.put(hello.node(), new Known(agent, here));
    }

    void seen(String node, RunnerView.Contact contact) {
        known.computeIfPresent(node, (same, was) -> new Known(was.agent(), contact));
    }

    void lost(String node) {
        known.computeIfPresent(
                node,
                (same, was) ->
                        new Known(
                                was.agent(),
                                new RunnerView.Contact(
                                        RunnerView.Presence.LOST, was.contact().lastSeen())));
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
