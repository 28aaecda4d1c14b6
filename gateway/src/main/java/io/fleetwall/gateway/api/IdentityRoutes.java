package io.fleetwall.gateway.api;

import io.fleetwall.gateway.identity.NodeIdentity;
import io.fleetwall.gateway.identity.Tokens;
import io.fleetwall.gateway.store.AuditLog;
import io.fleetwall.gateway.store.Database;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.Optional;

/** Enrolment tokens, and what a node has to be told of the fleet before it enrols. */
final class IdentityRoutes {
    private static final long LONGEST_TOKEN_SECONDS = Duration.ofDays(365).toSeconds();
    private final Services services;

    IdentityRoutes(Services services) {
        this.services = services;
    }

    void mount(Router router, Endpoints endpoints) {
        endpoints.serve(router, Operation.ENROLMENT_TOKEN, this::token);
        endpoints.serve(router, Operation.IDENTITY, request -> identity());
    }

    private Answer token(Request request) {
        JsonObject body = request.body("node", "uses", "ttlSeconds");
        Optional<String> node =
                Optional.of(Request.text(body, "node", "")).filter(text -> !text.isEmpty());
        if (node.isPresent() && !NodeIdentity.isName(node.get())) {
            throw new RefusedRequest("node is not a node name: letters, digits, . _ -");
        }
        long uses = Request.number(body, "uses").orElse(1L);
        long seconds = Request.number(body, "ttlSeconds").orElse(3_600L);
        if (uses < 1 || uses > 100_000 || seconds < 1 || seconds > LONGEST_TOKEN_SECONDS) {
            throw new RefusedRequest("uses must be 1 to 100000, ttlSeconds 1 to a year");
        }
        Tokens.Grant.Enrolment grant =
                new Tokens.Grant.Enrolment(node, (int) uses, Duration.ofSeconds(seconds));
        Tokens.Made made = create(request.actor(), grant);
        return Answer.created(
                new JsonObject()
                        .put("token", made.secret().reveal())
                        .put("id", made.id())
                        .put("node", node.orElse(null))
                        .put("uses", uses)
                        .put("ttlSeconds", seconds)
                        .put("caFingerprint", services.identity().fingerprint()));
    }

    private Tokens.Made create(String actor, Tokens.Grant.Enrolment grant) {
        Database database = services.database();
        return database.write(transaction -> {
            services.identity()
                    .audit()
                    .record(
                            transaction,
                            new AuditLog.Act(
                                    actor,
                                    "enrolment.token",
                                    grant.node().orElse("any node"),
                                    new JsonObject().put("uses", grant.uses())));
            return services.tokens().create(transaction, grant);
        });
    }

    private Answer identity() {
        return Answer.ok(
                new JsonObject()
                        .put("ca", services.identity().authority())
                        .put("caFingerprint", services.identity().fingerprint())
                        .put(
                                "signingKeys",
                                new JsonArray(services.identity().signing().word().keys())));
    }
}
