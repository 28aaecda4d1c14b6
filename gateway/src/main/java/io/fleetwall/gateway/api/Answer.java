package io.fleetwall.gateway.api;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * What an endpoint answers.
 *
 * @param status HTTP status; 400 and above carry a problem (RFC 9457)
 */
record Answer(int status, JsonObject body) {
    /** What went wrong, for a person and for a program. The code is stable and never reused. */
    record Failure(int status, String code, String title, String detail) {}

    static Answer ok(JsonObject body) {
        return new Answer(200, body);
    }

    static Answer created(JsonObject body) {
        return new Answer(201, body);
    }

    static Answer list(String name, JsonArray elements) {
        return ok(new JsonObject().put(name, elements));
    }

    static Answer problem(Failure failure) {
        return new Answer(
                failure.status(),
                new JsonObject()
                        .put("type", "urn:fleetwall:problem:" + failure.code())
                        .put("title", failure.title())
                        .put("status", failure.status())
                        .put("code", failure.code())
                        .put("detail", failure.detail()));
    }

    static Answer notFound(String what) {
        return problem(new Failure(404, "FW-A004", "Not found", what));
    }

    String contentType() {
        return status >= 400 ? "application/problem+json" : "application/json";
    }
}
