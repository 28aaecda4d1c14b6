package io.fleetwall.gateway.api;

import io.fleetwall.gateway.condition.Condition;
import io.fleetwall.gateway.condition.ConditionException;
import io.fleetwall.gateway.condition.ConditionReader;
import io.fleetwall.gateway.sink.Mutes;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.time.Duration;

/** Incidents, and the mutes that hold their alerts back. */
final class MuteRoutes {
    /** A mute that outlives everybody's memory of it is a hole. */
    private static final long LONGEST = Duration.ofDays(90).toSeconds();

    private static final long PREVIEW = Duration.ofDays(1).toSeconds();
    private final Services.Alerts services;

    MuteRoutes(Services.Alerts services) {
        this.services = services;
    }

    void mount(Router router, Endpoints endpoints) {
        endpoints.serve(router, Operation.MUTES, this::list);
        endpoints.serve(router, Operation.MUTE, this::add);
        endpoints.serve(router, Operation.PREVIEW_MUTE, this::preview);
        endpoints.serve(router, Operation.END_MUTE, this::end);
        endpoints.serve(router, Operation.INCIDENTS, this::incidents);
    }

    private Answer list(Request request) {
        JsonArray mutes = new JsonArray();
        services.mutes().list().forEach(mute -> mutes.add(json(mute)));
        return Answer.list("mutes", mutes);
    }

    private Answer add(Request request) {
        JsonObject body = request.body("picks", "reason", "seconds");
        String reason = Request.text(body, "reason", "").strip();
        if (reason.isEmpty()) {
            throw new RefusedRequest("a mute needs a reason");
        }
        long seconds = Request.number(body, "seconds").orElse(0L);
        if (seconds < 1 || seconds > LONGEST) {
            throw new RefusedRequest("seconds must be from 1 to " + LONGEST);
        }
        return Answer.created(
                json(
                        services.mutes()
                                .add(
                                        new Mutes.Wish(
                                                picks(body),
                                                reason,
                                                request.actor(),
                                                Duration.ofSeconds(seconds)))));
    }

    private Answer preview(Request request) {
        JsonObject body = request.body("picks", "seconds");
        long seconds = Request.number(body, "seconds").orElse(PREVIEW);
        return Answer.ok(
                services.preview()
                        .of(picks(body), Duration.ofSeconds(Math.clamp(seconds, 1, LONGEST))));
    }

    private Answer end(Request request) {
        String id = Request.text(request.body("id"), "id", "");
        return services.mutes().end(id, request.actor())
                ? Answer.ok(new JsonObject().put("ended", id))
                : Answer.notFound("There is no mute " + id + " in force.");
    }

    private Answer incidents(Request request) {
        Page page = new Page(request, "incidents", 100);
        return page.of(
                services.outbox().incidents(page.after().orElse(""), page.looked()),
                incident -> incident.getString("id"),
                incident -> incident);
    }

    private static Condition picks(JsonObject body) {
        try {
            return ConditionReader.read(Request.text(body, "picks", ""));
        } catch (ConditionException refused) {
            throw new RefusedRequest("picks: " + refused.getMessage());
        }
    }

    private static JsonObject json(Mutes.Mute mute) {
        return new JsonObject()
                .put("id", mute.id())
                .put("picks", mute.picks().toString())
                .put("reason", mute.reason())
                .put("by", mute.by())
                .put("from", mute.from().toString())
                .put("until", mute.until().toString())
                .put("hidden", mute.hidden());
    }
}
