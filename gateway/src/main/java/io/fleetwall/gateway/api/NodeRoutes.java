package io.fleetwall.gateway.api;

import io.fleetwall.gateway.identity.Revocations;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;

/** Turning nodes away. A node comes back only with an enrolment token that is bound to it. */
final class NodeRoutes {
    private final Revocations revocations;

    NodeRoutes(Revocations revocations) {
        this.revocations = revocations;
    }

    void mount(Router router, Endpoints endpoints) {
        endpoints.serve(router, Operation.REVOKE_NODE, this::revoke);
    }

    private Answer revoke(Request request) {
        String node = request.path("node");
        String reason = Request.text(request.body("reason"), "reason", "");
        return revocations.revoke(new Revocations.Order(node, request.actor(), reason))
                ? Answer.ok(new JsonObject().put("node", node).put("revoked", true))
                : Answer.notFound("No node named " + node + " has enrolled.");
    }
}
