package io.fleetwall.gateway.sink;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The alerts of events that were stored together: equal ones once, with a count, in the order of
 * their first. So a flood costs the store rows for its incidents and not for its packets.
 */
final class Gathering {
    private final Map<String, Incidents.Together> incidents = new LinkedHashMap<>();
    private final Map<Wish, Incidents.Together> alerts = new LinkedHashMap<>();

    /** One target's alert of one incident. */
    record Wish(String key, String target) {}

    /** An event counts for its incident. */
    void add(String key, JsonObject event) {
        incidents.merge(key, one(event), Gathering::both);
    }

    /** A target wants to be told of it. */
    void add(String key, String target, JsonObject event) {
        alerts.merge(new Wish(key, target), one(event), Gathering::both);
    }

    private static Incidents.Together one(JsonObject event) {
        return new Incidents.Together(event, event.getLong("count", 1L));
    }

    private static Incidents.Together both(Incidents.Together first, Incidents.Together next) {
        return new Incidents.Together(first.first(), first.count() + next.count());
    }

    Map<String, Incidents.Together> incidents() {
        return incidents;
    }

    Map<Wish, Incidents.Together> alerts() {
        return alerts;
    }
}
