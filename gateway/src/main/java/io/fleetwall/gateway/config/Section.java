package io.fleetwall.gateway.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of the settings while it is read. It remembers which keys were asked for, so that
 * whatever is left over is reported as unknown; a typo never silently means the default.
 */
final class Section {
    private final String path;
    private final Map<String, Object> values;
    private final Environment environment;
    private final List<ConfigProblem> problems;
    private final Set<String> asked = new HashSet<>();

    Section(
            String path,
            Map<String, Object> values,
            Environment environment,
            List<ConfigProblem> problems) {
        this.path = path;
        this.values = values;
        this.environment = environment;
        this.problems = problems;
    }

    Optional<String> text(String key) {
        Object value = scalar(key);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof String || value instanceof Number || value instanceof Boolean) {
            return Optional.of(value.toString());
        }
        problem(key, "is not a text", "write one value");
        return Optional.empty();
    }

    String text(String key, String fallback) {
        return text(key).orElse(fallback);
    }

    int number(String key, int fallback, int least, int most) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return fallback;
        }
        if (text.get().matches("-?[0-9]{1,9}")) {
            int number = Integer.parseInt(text.get());
            if (number >= least && number <= most) {
                return number;
            }
        }
        problem(
                key,
                "is not a whole number from " + least + " to " + most,
                "default is " + fallback);
        return fallback;
    }

    ListenAddress address(String key, String fallback) {
        String text = text(key, fallback);
        Optional<ListenAddress> address = ListenAddress.parse(text);
        if (address.isEmpty()) {
            problem(key, "is not host:port: " + text, "default is " + fallback);
        }
        return address.orElseGet(() -> ListenAddress.parse(fallback).orElseThrow());
    }

    List<String> texts(String key) {
        Object value = scalar(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof String line) {
            return line.isBlank() ? List.of() : List.of(line.trim().split("\\s*,\\s*"));
        }
        if (!(value instanceof List<?> list)) {
            problem(key, "is not a list", "write a list of texts");
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        for (Object element : list) {
            if (element instanceof String || element instanceof Number) {
                texts.add(element.toString());
            } else {
                problem(key, "holds something that is not a text", "write a list of texts");
            }
        }
        return List.copyOf(texts);
    }

    /** A mapping of texts whose keys are the operator's own. */
    Map<String, String> pairs(String key) {
        asked.add(key);
        Map<String, String> pairs = new LinkedHashMap<>();
        Object value = values.get(key);
        if (value != null && !(value instanceof Map)) {
            problem(key, "is not a mapping", "write its keys below it, indented");
        }
        mapping(value).forEach((name, text) -> pairs.put(name, String.valueOf(text)));
        return pairs;
    }

    Section section(String key) {
        asked.add(key);
        Object value = values.get(key);
        if (value != null && !(value instanceof Map)) {
            problem(key, "is not a mapping", "write its keys below it, indented");
        }
        return new Section(below(key), mapping(value), environment, problems);
    }

    boolean has(String key) {
        return values.get(key) != null;
    }

    List<Section> sections(String key) {
        asked.add(key);
        Object value = values.get(key);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            problem(key, "is not a list", "write a list of mappings");
            return List.of();
        }
        List<Section> sections = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            if (!(list.get(i) instanceof Map)) {
                problem(key + "[" + i + "]", "is not a mapping", "write its keys below the dash");
                continue;
            }
            String place = below(key) + "[" + i + "]";
            sections.add(new Section(place, mapping(list.get(i)), environment, problems));
        }
        return sections;
    }

    /** Reports the keys nobody asked for. */
    void finish() {
        for (String key : values.keySet()) {
            if (!asked.contains(key)) {
                problem(key, "is not a known key", "known here: " + String.join(", ", sorted()));
            }
        }
    }

    void problem(String key, String message, String hint) {
        problems.add(new ConfigProblem(below(key), message, hint));
    }

    private List<String> sorted() {
        return asked.stream().sorted().toList();
    }

    private @Nullable Object scalar(String key) {
        asked.add(key);
        Optional<String> override = environment.take(below(key));
        return override.isPresent() ? override.get() : values.get(key);
    }

    private String below(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static Map<String, Object> mapping(@Nullable Object value) {
        Map<String, Object> copy = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, element) -> copy.put(String.valueOf(key).strip(), element));
        }
        return copy;
    }

    /** The environment variables that override keys; what is never taken is unknown. */
    static final class Environment {
        static final String PREFIX = "FLEETWALL_GATEWAY_";
        private final Map<String, String> variables;
        private final Set<String> taken = new HashSet<>();

        Environment(Map<String, String> variables) {
            this.variables = variables;
        }

        Map<String, String> variables() {
            return variables;
        }

        Optional<String> take(String path) {
            String name = name(path);
            taken.add(name);
            return Optional.ofNullable(variables.get(name));
        }

        List<ConfigProblem> leftOver() {
            return variables.keySet().stream()
                    .filter(name -> name.startsWith(PREFIX) && !taken.contains(name))
                    .sorted()
                    .map(name -> new ConfigProblem(name, "overrides no known key", "unset it"))
                    .toList();
        }

        static String name(String path) {
            return PREFIX
                    + path.replaceAll("([a-z])([A-Z])", "$1_$2")
                            .replaceAll("[^A-Za-z0-9]+", "_")
                            .toUpperCase(Locale.ROOT);
        }
    }
}
