package io.fleetwall.gateway.api;

import io.fleetwall.gateway.condition.Condition;
import io.fleetwall.gateway.condition.ConditionException;
import io.fleetwall.gateway.condition.ConditionReader;
import io.fleetwall.gateway.event.EventSearch;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Searches events: by time, by a condition, by text; page by page. */
final class SearchRoutes {
    /** Far enough for any event, and still milliseconds in a long. */
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private final EventSearch search;

    SearchRoutes(EventSearch search) {
        this.search = search;
    }

    void mount(Router router, Endpoints endpoints) {
        endpoints.serve(router, Operation.SEARCH_EVENTS, this::find);
    }

    private Answer find(Request request) {
        Page page = new Page(request, "events", 100);
        EventSearch.Found found =
                search.find(
                        new EventSearch.Wish(
                                page.after(request.number("after", 0, Long.MAX_VALUE)),
                                time(request, "from", Instant.EPOCH),
                                time(request, "until", LATEST),
                                where(request),
                                request.query("text").orElse(""),
                                page.limit()));
        JsonArray events = new JsonArray();
        found.events().forEach(event -> events.add(event.json()));
        JsonObject body = new JsonObject().put("events", events).put("complete", found.complete());
        return found.complete() ? Answer.ok(body) : page.goingOn(body, Long.toString(found.next()));
    }

    private static Optional<Condition> where(Request request) {
        try {
            return request.query("where").map(ConditionReader::read);
        } catch (ConditionException refused) {
            throw new RefusedRequest("where: " + refused.getMessage());
        }
    }

    private static Instant time(Request request, String name, Instant fallback) {
        try {
            return request.query(name).map(Instant::parse).orElse(fallback);
        } catch (DateTimeParseException broken) {
            throw new RefusedRequest(name + " must be a time such as 2026-11-22T10:00:00Z");
        }
    }
}
