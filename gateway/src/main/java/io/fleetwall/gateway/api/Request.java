package io.fleetwall.gateway.api;

import io.fleetwall.gateway.identity.NodeIdentity;
import io.fleetwall.gateway.identity.Principal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * What an endpoint sees of a request: typed parameters that refuse what does not fit, so that every
 * endpoint answers such mistakes alike.
 */
final class Request {
    private final RoutingContext context;
    private final Principal principal;

    /** The certificate which the client showed; only the nodes' listener asks for one. */
    Optional<X509Certificate> certificate() {
        return NodeIdentity.shown(context.request().sslSession());
    }

    Request(RoutingContext context, Principal principal) {
        this.context = context;
        this.principal = principal;
    }

    /** Who asks, for the audit trail. */
    String actor() {
        return principal.actor();
    }

    /** Who asks, and what they may. */
    Principal principal() {
        return principal;
    }

    boolean isGet() {
        return HttpMethod.GET.equals(context.request().method());
    }

    String path(String name) {
        return Optional.ofNullable(context.pathParam(name))
                .orElseThrow(() -> new RefusedRequest("the path lacks " + name));
    }

    Optional<String> query(String name) {
        return Optional.ofNullable(context.queryParams().get(name)).filter(v -> !v.isEmpty());
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(context.request().getHeader(name));
    }

    /** Path and query of this request with one parameter set to something else. */
    String again(String parameter, String value) {
        StringBuilder again = new StringBuilder(context.request().path());
        char before = '?';
        for (var one : context.queryParams()) {
            if (!one.getKey().equals(parameter)) {
                again.append(before).append(encoded(one.getKey())).append('=');
                again.append(encoded(one.getValue()));
                before = '&';
            }
        }
        return again.append(before).append(parameter).append('=').append(value).toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    long number(String name, long fallback, long most) {
        return query(name).map(text -> number(name, text, most)).orElse(fallback);
    }

    static long number(String name, String text, long most) {
        if (text.matches("[0-9]{1,18}")) {
            long number = Long.parseLong(text);
            if (number <= most) {
                return number;
            }
        }
        throw new RefusedRequest(name + " must be a whole number from 0 to " + most);
    }

    /** The body, which must be a JSON object with no other keys than these. */
    JsonObject body(String... keys) {
        Buffer buffer = context.body().buffer();
        try {
            JsonObject body = buffer == null ? new JsonObject() : new JsonObject(buffer);
            return only(body, "the body", keys);
        } catch (DecodeException | ClassCastException notAnObject) {
            throw new RefusedRequest("the body is not a JSON object: " + notAnObject.getMessage());
        }
    }

    static JsonObject only(JsonObject object, String place, String... keys) {
        for (String key : object.fieldNames()) {
            if (!List.of(keys).contains(key)) {
                throw new RefusedRequest(
                        place
                                + " has an unknown key "
                                + key
                                + "; known: "
                                + String.join(", ", keys));
            }
        }
        return object;
    }

    static String text(JsonObject object, String key, String fallback) {
        Object value = object.getValue(key, fallback);
        if (value instanceof String text && text.length() <= 4_096) {
            return text;
        }
        throw new RefusedRequest(key + " must be a text of at most 4096 characters");
    }

    static Optional<Long> number(JsonObject object, String key) {
        Object value = object.getValue(key);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof Integer || value instanceof Long) {
            return Optional.of(((Number) value).longValue());
        }
        throw new RefusedRequest(key + " must be a whole number");
    }

    static JsonObject object(JsonObject object, String key) {
        Object value = object.getValue(key, new JsonObject());
        if (value instanceof JsonObject found) {
            return found;
        }
        throw new RefusedRequest(key + " must be an object");
    }
}
