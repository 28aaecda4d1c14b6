package io.fleetwall.gateway.api;

import io.fleetwall.gateway.event.EventCheck;
import io.fleetwall.gateway.store.Database;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.Optional;

/**
 * Whether events are as they were stored: follows their chain, part by part. The cursor carries the
 * hash of the last link that was followed, so that what is changed between two parts is seen.
 */
final class ProofRoutes {
    private static final String PLACE = "[0-9]{1,18}:[0-9]{1,18}:[0-9a-f]{0,64}";
    private static final String ANCHOR = "[0-9]{1,18}:[0-9a-f]{64}";
    private final Database database;

    ProofRoutes(Database database) {
        this.database = database;
    }

    void mount(Router router, Endpoints endpoints) {
        endpoints.serve(router, Operation.VERIFY_EVENTS, this::verify);
    }

    private Answer verify(Request request) {
        Page page = new Page(request, "flaws", 1);
        EventCheck.Place from = page.after().map(ProofRoutes::place).orElse(EventCheck.Place.BEGIN);
        Optional<String[]> anchor = request.query("anchor").map(ProofRoutes::anchor);
        return database.read(transaction -> {
            EventCheck.Findings found = EventCheck.go(transaction, from);
            JsonArray flaws = new JsonArray(found.flaws());
            if (found.complete()) {
                anchor.flatMap(one -> EventCheck.flaw(transaction, Long.parseLong(one[0]), one[1]))
                        .ifPresent(flaws::add);
            }
            return answer(page, found, flaws);
        });
    }

    private static Answer answer(Page page, EventCheck.Findings found, JsonArray flaws) {
        EventCheck.Place place = found.place();
        JsonObject body =
                new JsonObject()
                        .put("flaws", flaws)
                        .put("notes", new JsonArray(found.notes()))
                        .put("links", found.links())
                        .put("events", found.events())
                        .put("complete", found.complete())
                        .put("link", place.link())
                        .put("hash", place.hash());
        return found.complete()
                ? Answer.ok(body)
                : page.goingOn(body, place.link() + ":" + place.event() + ":" + place.hash());
    }

    private static EventCheck.Place place(String key) {
        if (!key.matches(PLACE)) {
            throw Page.bad();
        }
        String[] parts = key.split(":", -1);
        return new EventCheck.Place(Long.parseLong(parts[0]), Long.parseLong(parts[1]), parts[2]);
    }

    private static String[] anchor(String text) {
        if (!text.matches(ANCHOR)) {
            throw new RefusedRequest("anchor must be LINK:HASH, as an earlier check ended with");
        }
        return text.split(":", -1);
    }
}
