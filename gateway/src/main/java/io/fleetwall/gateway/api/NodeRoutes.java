package io.fleetwall.gateway.api;

import io.fleetwall.gateway.fleet.Fleet;
import io.fleetwall.gateway.fleet.NodeView;
import io.fleetwall.gateway.identity.Revocations;
import io.fleetwall.protocol.message.Capability;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.Locale;
import java.util.Optional;

/**
 * Nodes: who they are, and turning them away. A node that was turned away comes back only with an
 * enrolment token that is bound to it.
 */
final class NodeRoutes {
    private final Fleet fleet;
    private final Revocations revocations;

    NodeRoutes(Fleet fleet, Revocations revocations) {
        this.fleet = fleet;
        this.revocations = revocations;
    }

    void mount(Router router, Endpoints endpoints) {
        endpoints.serve(router, Operation.NODES, this::list);
        endpoints.serve(router, Operation.NODE, this::one);
        endpoints.serve(router, Operation.REVOKE_NODE, this::revoke);
    }

    private Answer list(Request request) {
        Page page = new Page(request, "nodes", 1_000);
        RunnerFilter filter = new RunnerFilter(request);
        Optional<String> after = page.after();
        return page.of(
                fleet.nodes().stream()
                        .filter(node ->
                                after.filter(last -> last.compareTo(node.node()) >= 0).isEmpty())
                        .filter(filter::picks)
                        .limit(page.looked())
                        .toList(),
                NodeView::node,
                NodeRoutes::json);
    }

    private Answer one(Request request) {
        String name = request.path("node");
        return fleet.nodes().stream()
                .filter(node -> node.node().equals(name))
                .findFirst()
                .map(node -> Answer.ok(json(node)))
                .orElseGet(() -> Answer.notFound("No node named " + name + " is known here."));
    }

    private static JsonObject json(NodeView node) {
        JsonObject json =
                new JsonObject()
                        .put("node", node.node())
                        .put("state", node.isLost() ? "lost" : "here")
                        .put("runners", node.runners().size())
                        .put("behind", node.behind())
                        .put("lastSeen", node.contact().lastSeen().toString());
        node.agent()
                .ifPresent(agent ->
                        json.put("agentVersion", agent.version())
                                .put("kernel", agent.kernel())
                                .put("connectedAt", agent.connected().toString())
                                .put("capabilities", capabilities(agent)));
        return json;
    }

    private static JsonObject capabilities(NodeView.Agent agent) {
        JsonObject json = new JsonObject();
        for (Capability capability : agent.capabilities()) {
            json.put(capability.name(), capability.presence().name().toLowerCase(Locale.ROOT));
        }
        return json;
    }

    private Answer revoke(Request request) {
        String node = request.path("node");
        String reason = Request.text(request.body("reason"), "reason", "");
        return revocations.revoke(new Revocations.Order(node, request.actor(), reason))
                ? Answer.ok(new JsonObject().put("node", node).put("revoked", true))
                : Answer.notFound("No node named " + node + " has enrolled.");
    }
}
