package io.fleetwall.gateway.condition;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Keys of an event by their dotted path, and the values that conditions compare. */
public final class Keys {
    private Keys() {}

    /** The text at a path such as {@code job.repository}; empty when there is none. */
    public static String text(JsonObject event, String path) {
        Object value = value(event, path);
        return value == null ? "" : value.toString();
    }

    /** The texts at a path: one, or those of a list such as {@code labels}. */
    static List<String> texts(JsonObject event, String path) {
        return found(event, path) instanceof JsonArray list && !list.isEmpty()
                ? list.stream().map(Object::toString).toList()
                : List.of(text(event, path));
    }

    /** The value at a path, if there is one; a list is its JSON text. */
    public static @Nullable Object value(JsonObject event, String path) {
        Object found = found(event, path);
        return found instanceof JsonArray array ? array.encode() : found;
    }

    private static @Nullable Object found(JsonObject event, String path) {
        Object at = event;
        for (String step : path.split("\\.", -1)) {
            if (!(at instanceof JsonObject object)) {
                return null;
            }
            at = object.getValue(step);
        }
        return at;
    }

    /** A whole number, or the rank of a severity. */
    static OptionalLong number(String text) {
        if (text.matches("-?[0-9]{1,18}")) {
            return OptionalLong.of(Long.parseLong(text));
        }
        return Severity.of(text)
                .map(severity -> OptionalLong.of(severity.rank()))
                .orElse(OptionalLong.empty());
    }

    static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** Whether a text is as a pattern says; linear in practice, unlike a regular expression. */
    static boolean like(String text, String glob) {
        int at = 0;
        int in = 0;
        int star = -1;
        int resume = 0;
        while (at < text.length()) {
            if (in < glob.length() && glob.charAt(in) == '*') {
                star = in++;
                resume = at;
            } else if (in < glob.length() && same(glob.charAt(in), text.charAt(at))) {
                in++;
                at++;
            } else if (star >= 0) {
                in = star + 1;
                at = ++resume;
            } else {
                return false;
            }
        }
        while (in < glob.length() && glob.charAt(in) == '*') {
            in++;
        }
        return in == glob.length();
    }

    private static boolean same(char pattern, char letter) {
        return pattern == '?' || Character.toLowerCase(pattern) == Character.toLowerCase(letter);
    }
}
