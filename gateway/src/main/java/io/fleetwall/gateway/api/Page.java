package io.fleetwall.gateway.api;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Which page of a list somebody wants. The cursor names the last element of the page before, not a
 * number of elements, so what is added or taken away meanwhile shifts nothing.
 */
final class Page {
    private static final int MOST = 1_000;
    private final Request request;
    private final String list;
    private final int limit;
    private final Optional<String> after;

    /** The page that a request asks for. */
    Page(Request request, String list, int usual) {
        this.request = request;
        this.list = list;
        this.limit = (int) Math.max(1, request.number("limit", usual, MOST));
        this.after = request.query("cursor").map(this::decode);
    }

    int limit() {
        return limit;
    }

    /** How many to look for: one more tells that there is a next page. */
    int looked() {
        return limit + 1;
    }

    /** The key of the last element before this page. */
    Optional<String> after() {
        return after;
    }

    /** As {@link #after}, where keys are numbers. */
    long after(long fallback) {
        return after.map(
                        key -> {
                            if (!key.matches("[0-9]{1,18}")) {
                                throw bad();
                            }
                            return Long.parseLong(key);
                        })
                .orElse(fallback);
    }

    /** The page, of up to {@link #looked} elements. */
    <T> Answer of(List<T> found, Function<T, String> key, Function<T, JsonObject> json) {
        JsonArray array = new JsonArray();
        found.stream().limit(limit).forEach(element -> array.add(json.apply(element)));
        JsonObject body = new JsonObject().put(list, array);
        return found.size() > limit
                ? goingOn(body, key.apply(found.get(limit - 1)))
                : Answer.ok(body);
    }

    /** A page that is not the last. */
    Answer goingOn(JsonObject body, String key) {
        String next = request.again("cursor", encode(key));
        return Answer.ok(body.put("next", next)).with("Link", "<" + next + ">; rel=\"next\"");
    }

    private String encode(String key) {
        byte[] text = (list + "\n" + key).getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text);
    }

    private String decode(String cursor) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            if (text.startsWith(list + "\n")) {
                return text.substring(list.length() + 1);
            }
        } catch (IllegalArgumentException notBase64) {
            throw bad();
        }
        throw bad();
    }

    /** Refuses a cursor that this list never gave. */
    static RefusedRequest bad() {
        return new RefusedRequest(
                new Answer.Failure(
                        400,
                        "FW-A009",
                        "Cursor not good",
                        "The cursor is not one of this list; take it from `next` of the page"
                                + " before, or start without one."));
    }
}
