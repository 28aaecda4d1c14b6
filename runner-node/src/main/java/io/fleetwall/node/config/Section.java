package io.fleetwall.node.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of the configuration file while it is read. It remembers which keys were asked for,
 * so that every other key can be reported, and collects problems instead of throwing: the operator
 * gets all of them at once.
 */
final class Section {
    private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,8})(ms|s|m)");

    private final String path;
    private final JsonObject values;
    private final List<ConfigProblem> problems;
    private final Set<String> known = new HashSet<>();
    private final List<Section> children = new ArrayList<>();

    Section(String path, JsonObject values, List<ConfigProblem> problems) {
        this.path = path;
        this.values = values;
        this.problems = problems;
    }

    /** Reports what is wrong with the value of {@code key}. */
    void problem(String key, String message, String hint) {
        problems.add(new ConfigProblem("FW-C002", at(key), message, hint));
    }

    /** Whether the file says anything of {@code key}. */
    boolean has(String key) {
        return values.containsKey(key);
    }

    /** Whether the value of {@code key} has keys of its own. */
    boolean isMapping(String key) {
        return values.getValue(key) instanceof JsonObject;
    }

    private String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private @Nullable Object value(String key) {
        known.add(key);
        return values.getValue(key);
    }

    /** A mapping below this one; absent is empty. */
    Section section(String key) {
        Object value = value(key);
        if (value != null && !(value instanceof JsonObject)) {
            problem(key, "must be a mapping", "write its keys on lines of their own, indented");
        }
        return child(at(key), value instanceof JsonObject object ? object : new JsonObject());
    }

    /** The mappings of a list. */
    List<Section> sections(String key) {
        List<Section> sections = new ArrayList<>();
        for (Object element : list(key)) {
            String place = at(key) + "[" + sections.size() + "]";
            if (!(element instanceof JsonObject)) {
                problems.add(new ConfigProblem("FW-C002", place, "must be a mapping", "see conf/"));
            }
            sections.add(child(place, element instanceof JsonObject o ? o : new JsonObject()));
        }
        return sections;
    }

    private Section child(String place, JsonObject object) {
        Section section = new Section(place, object, problems);
        children.add(section);
        return section;
    }

    private JsonArray list(String key) {
        Object value = value(key);
        if (value == null) {
            return new JsonArray();
        }
        if (value instanceof JsonArray array) {
            return array;
        }
        problem(key, "must be a list", "write [a, b] or one line each with a dash");
        return new JsonArray();
    }

    Optional<String> text(String key) {
        Object value = value(key);
        if ((value instanceof String text && !text.isBlank()) || value instanceof Number) {
            return Optional.of(value.toString());
        }
        if (value != null) {
            problem(key, "must be a text", "found " + value);
        }
        return Optional.empty();
    }

    String required(String key, String hint) {
        return text(key)
                .orElseGet(() -> {
                    if (values.getValue(key) == null) {
                        problem(key, "is missing", hint);
                    }
                    return "";
                });
    }

    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (Object element : list(key)) {
            if (element instanceof String || element instanceof Number) {
                texts.add(element.toString());
            } else {
                problem(key, "must hold texts only", "found " + element);
            }
        }
        return texts;
    }

    /** A whole number within bounds. */
    long number(String key, long fallback, long least, long most) {
        Object value = value(key);
        if (value == null) {
            return fallback;
        }
        if (value instanceof Number n && n.longValue() == n.doubleValue()) {
            if (n.longValue() >= least && n.longValue() <= most) {
                return n.longValue();
            }
        }
        problem(key, "must be a whole number", "from " + least + " to " + most);
        return fallback;
    }

    boolean flag(String key, boolean fallback) {
        Object value = value(key);
        if (value instanceof Boolean flag) {
            return flag;
        }
        if (value != null) {
            problem(key, "must be true or false", "found " + value);
        }
        return fallback;
    }

    Duration duration(String key, Duration fallback) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return fallback;
        }
        Optional<Duration> duration = duration(text.get());
        if (duration.isEmpty()) {
            problem(key, "must be a duration", "for example 250ms, 10s or 2m");
        }
        return duration.orElse(fallback);
    }

    /** What a text says, if it is a duration. */
    static Optional<Duration> duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long amount = Long.parseLong(matcher.group(1));
        return Optional.of(
                switch (matcher.group(2)) {
                    case "ms" -> Duration.ofMillis(amount);
                    case "s" -> Duration.ofSeconds(amount);
                    default -> Duration.ofMinutes(amount);
                });
    }

    /** Reports every key nobody asked for, here and below. */
    void reportUnknown() {
        for (String key : values.fieldNames()) {
            if (!known.contains(key)) {
                problems.add(
                        new ConfigProblem(
                                "FW-C003",
                                at(key),
                                "unknown key",
                                "known here: "
                                        + String.join(", ", known.stream().sorted().toList())));
            }
        }
        children.forEach(Section::reportUnknown);
    }
}
