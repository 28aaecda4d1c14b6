package io.fleetwall.gateway.api;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;

/**
 * What an endpoint answers.
 *
 * @param status HTTP status; 400 and above carry a problem (RFC 9457)
 * @param headers besides those every answer has
 */
record Answer(int status, Content content, Map<String, String> headers) {
    Answer {
        headers = Map.copyOf(headers);
    }

    /** The body of an answer. */
    sealed interface Content {
        /** What a program reads. */
        record Json(JsonObject object) implements Content {}

        /** A document in another form. */
        record Text(String type, String text) implements Content {}

        /** No body, as status 304 demands. */
        record Nothing() implements Content {}
    }

    /** What went wrong, for a person and for a program. The code is stable and never reused. */
    record Failure(int status, String code, String title, String detail) {}

    Answer(int status, JsonObject body) {
        this(status, new Content.Json(body), Map.of());
    }

    static Answer ok(JsonObject body) {
        return new Answer(200, body);
    }

    static Answer created(JsonObject body) {
        return new Answer(201, body);
    }

    /** It will be, once somebody else agrees. */
    static Answer accepted(JsonObject body) {
        return new Answer(202, body);
    }

    static Answer text(String type, String text) {
        return new Answer(200, new Content.Text(type, text), Map.of());
    }

    static Answer list(String name, JsonArray elements) {
        return ok(new JsonObject().put(name, elements));
    }

    static Answer problem(Failure failure) {
        return problem(failure, new JsonObject());
    }

    /** A problem with members of its own. */
    static Answer problem(Failure failure, JsonObject more) {
        return new Answer(
                failure.status(),
                new JsonObject()
                        .put("type", "urn:fleetwall:problem:" + failure.code())
                        .put("title", failure.title())
                        .put("status", failure.status())
                        .put("code", failure.code())
                        .put("detail", failure.detail())
                        .mergeIn(more));
    }

    static Answer notFound(String what) {
        return problem(new Failure(404, "FW-A004", "Not found", what));
    }

    /** This answer with one more header. */
    Answer with(String header, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(header, value);
        return new Answer(status, content, more);
    }

    /** This answer with more headers. */
    Answer with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(headers);
        all.putAll(more);
        return new Answer(status, content, all);
    }

    String contentType() {
        return switch (content) {
            case Content.Json json ->
                    status >= 400 ? "application/problem+json" : "application/json";
            case Content.Text(var type, var text) -> type;
            case Content.Nothing nothing -> "";
        };
    }

    Buffer bytes() {
        return switch (content) {
            case Content.Json(var object) -> object.toBuffer().appendString("\n");
            case Content.Text(var type, var text) -> Buffer.buffer(text);
            case Content.Nothing nothing -> Buffer.buffer();
        };
    }
}
