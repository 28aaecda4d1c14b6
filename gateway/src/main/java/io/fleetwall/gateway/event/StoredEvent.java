package io.fleetwall.gateway.event;

import io.vertx.core.json.JsonObject;

/**
 * An event as the store has it.
 *
 * @param entry its place in the store, ascending; the cursor of readers
 * @param body the JSON form
 */
public record StoredEvent(long entry, String kind, JsonObject body) {
    /** The form readers get: the body with its cursor. */
    public JsonObject json() {
        return body.copy().put("cursor", entry);
    }
}
