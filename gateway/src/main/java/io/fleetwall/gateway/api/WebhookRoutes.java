package io.fleetwall.gateway.api;

import io.fleetwall.gateway.sink.Outbox;
import io.vertx.core.json.JsonArray;
import io.vertx.ext.web.Router;

/** What became of alerts. */
final class WebhookRoutes {
    private final Outbox outbox;

    WebhookRoutes(Outbox outbox) {
        this.outbox = outbox;
    }

    void mount(Router router, Endpoints endpoints) {
        endpoints.serve(
                router.get("/api/v1/webhooks/deliveries"),
                request -> {
                    int limit = (int) request.number("limit", 100, 1_000);
                    JsonArray deliveries = new JsonArray();
                    outbox.list(limit).forEach(deliveries::add);
                    return Answer.list("deliveries", deliveries);
                });
    }
}
