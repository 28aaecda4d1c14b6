package io.fleetwall.gateway.api;

import io.fleetwall.gateway.catalogue.Policies;
import io.fleetwall.gateway.cluster.ClusterMember;
import io.fleetwall.gateway.store.Database;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.function.BooleanSupplier;

/**
 * Whether this gateway lives, and whether it can do its work: member, store and source of policies
 * usable.
 */
final class HealthRoutes {
    private final Database database;
    private final ClusterMember member;
    private final Policies policies;
    private final BooleanSupplier source;

    HealthRoutes(Services services) {
        this.database = services.database();
        this.member = services.member();
        this.policies = services.policies();
        this.source = services.source();
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
        boolean readable = source.getAsBoolean();
        boolean ready = store && cluster && readable;
        JsonObject body =
                new JsonObject()
                        .put("status", ready ? "ready" : "not ready")
                        .put("store", store)
                        .put("cluster", cluster)
                        .put("source", readable)
                        .put("members", member.size())
                        .put("revision", policies.current().revision().number());
        return new Answer(ready ? 200 : 503, body);
    }
}
