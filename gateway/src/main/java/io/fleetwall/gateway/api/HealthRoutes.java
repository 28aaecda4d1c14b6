package io.fleetwall.gateway.api;

import io.fleetwall.gateway.catalogue.Policies;
import io.fleetwall.gateway.cluster.ClusterMember;
import io.fleetwall.gateway.store.Database;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;

/**
 * Whether this gateway lives, and whether it can do its work: member, store and policies usable.
 */
final class HealthRoutes {
    private final Database database;
    private final ClusterMember member;
    private final Policies policies;

    HealthRoutes(Database database, ClusterMember member, Policies policies) {
        this.database = database;
        this.member = member;
        this.policies = policies;
    }

    void mount(Router router, Endpoints endpoints) {
        endpoints.serve(
                router,
                Operation.LIVE,
                request -> Answer.ok(new JsonObject().put("status", "live")));
        endpoints.serve(router, Operation.READY, request -> ready());
    }

    private Answer ready() {
        boolean store = database.usable();
        boolean cluster = member.usable();
        JsonObject body =
                new JsonObject()
                        .put("status", store && cluster ? "ready" : "not ready")
                        .put("store", store)
                        .put("cluster", cluster)
                        .put("members", member.size())
                        .put("revision", policies.current().revision().number());
        return new Answer(store && cluster ? 200 : 503, body);
    }
}
