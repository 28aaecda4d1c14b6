package io.fleetwall.gateway.api;

import io.fleetwall.gateway.sink.DeadLetters;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;

/** What became of alerts; those that were given up are sent again or deleted. */
final class WebhookRoutes {
    private final Services.Alerts services;

    WebhookRoutes(Services.Alerts services) {
        this.services = services;
    }

    void mount(Router router, Endpoints endpoints) {
        endpoints.serve(router, Operation.DELIVERIES, this::deliveries);
        endpoints.serve(router, Operation.REPLAY, this::replay);
        endpoints.serve(router, Operation.PURGE, this::purge);
        endpoints.serve(router, Operation.TEST_TARGET, this::test);
    }

    private Answer deliveries(Request request) {
        Page page = new Page(request, "deliveries", 100);
        DeadLetters.Which which =
                new DeadLetters.Which(
                        request.query("state").orElse(""),
                        request.query("target").orElse(""),
                        request.query("id").orElse(""));
        return page.of(
                services.letters().list(which, page.after().orElse(""), page.looked()),
                letter -> letter.getString("id"),
                letter -> letter);
    }

    private Answer replay(Request request) {
        int count = services.letters().replay(which(request), request.actor());
        return Answer.ok(new JsonObject().put("replayed", count));
    }

    private Answer purge(Request request) {
        int count = services.letters().purge(which(request), request.actor());
        return Answer.ok(new JsonObject().put("purged", count));
    }

    /** One of the two is needed: nothing is purged by an empty body. */
    private static DeadLetters.Which which(Request request) {
        JsonObject body = request.body("target", "id", "all");
        String target = Request.text(body, "target", "");
        String id = Request.text(body, "id", "");
        if (target.isEmpty() && id.isEmpty() && !Boolean.TRUE.equals(body.getValue("all"))) {
            throw new RefusedRequest("say which: target, id, or all: true");
        }
        return new DeadLetters.Which("dead", target, id);
    }

    private Answer test(Request request) {
        String target = Request.text(request.body("target"), "target", "");
        if (!services.outbox().hasTarget(target)) {
            return Answer.notFound("There is no target " + target + ".");
        }
        String id = services.outbox().test(target, request.actor());
        return Answer.created(new JsonObject().put("id", id));
    }
}
