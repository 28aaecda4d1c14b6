package io.fleetwall.gateway.api;

import io.fleetwall.gateway.baseline.Baseline;
import io.fleetwall.gateway.baseline.Baselines;
import io.fleetwall.gateway.baseline.Known;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.List;

/** Where the traffic of workflows usually goes. */
final class BaselineRoutes {
    private final Baselines baselines;

    BaselineRoutes(Baselines baselines) {
        this.baselines = baselines;
    }

    void mount(Router router, Endpoints endpoints) {
        endpoints.serve(router, Operation.BASELINES, this::list);
        endpoints.serve(router, Operation.BASELINE, this::show);
        endpoints.serve(router, Operation.RESET_BASELINE, this::reset);
    }

    private Answer list(Request request) {
        Page page = new Page(request, "baselines", 100);
        Baselines.Filter filter =
                new Baselines.Filter(
                        request.query("repository").orElse(""),
                        request.query("workflow").orElse(""));
        return page.of(
                baselines.list(filter, page.after().orElse(""), page.looked()),
                Baseline::id,
                BaselineRoutes::json);
    }

    private Answer show(Request request) {
        String id = request.path("id");
        return baselines
                .find(id)
                .map(found -> {
                    JsonArray places = new JsonArray();
                    found.places().forEach(one -> places.add(json(one)));
                    return Answer.ok(json(found.baseline()).put("destinations", places));
                })
                .orElseGet(() -> none(id));
    }

    private Answer reset(Request request) {
        String id = Request.text(request.body("id"), "id", "");
        return baselines
                .reset(id, request.actor())
                .map(gone -> Answer.ok(new JsonObject().put("reset", id)))
                .orElseGet(() -> none(id));
    }

    private static Answer none(String id) {
        return Answer.notFound("There is no baseline " + id + ".");
    }

    private static JsonObject json(Baseline baseline) {
        JsonObject json =
                seen(baseline.seen())
                        .put("id", baseline.id())
                        .put("organization", baseline.workflow().organization())
                        .put("repository", baseline.workflow().repository())
                        .put("workflow", baseline.workflow().name());
        baseline.learned().ifPresent(at -> json.put("learnedAt", at.toString()));
        baseline.full().ifPresent(at -> json.put("fullAt", at.toString()));
        return json;
    }

    private static JsonObject json(Known known) {
        JsonObject json =
                seen(known.seen())
                        .put("name", known.place().name())
                        .put("port", known.place().port())
                        .put("protocol", known.place().protocol())
                        .put("verdicts", new JsonArray(List.copyOf(known.verdicts())));
        known.deviated().ifPresent(at -> json.put("deviatedAt", at.toString()));
        return json;
    }

    private static JsonObject seen(Baseline.Seen seen) {
        return new JsonObject()
                .put("firstSeen", seen.first().toString())
                .put("lastSeen", seen.last().toString())
                .put("runs", seen.runs().count());
    }
}
