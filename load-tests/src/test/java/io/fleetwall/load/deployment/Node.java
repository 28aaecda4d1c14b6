package io.fleetwall.load.deployment;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * A place in a YAML document. What is absent is an empty place, so that a path is followed without
 * asking at every step; reading an absent value fails and names the path.
 */
record Node(String path, @Nullable Object value) {
    static List<Node> documents(String yaml) {
        Load load = new Load(LoadSettings.builder().setAllowDuplicateKeys(false).build());
        List<Node> documents = new ArrayList<>();
        for (Object document : load.loadAllFromString(yaml)) {
            documents.add(named(document));
        }
        return List.copyOf(documents);
    }

    static Node document(String yaml) {
        return documents(yaml).getFirst();
    }

    private static Node named(Object value) {
        Node bare = new Node("", value);
        String kind = bare.at("kind").found().orElse("document");
        return new Node(kind + "/" + bare.at("metadata.name").found().orElse("?"), value);
    }

    /** Follows keys joined by dots. */
    Node at(String keys) {
        Node node = this;
        for (String key : keys.split("\\.", -1)) {
            node = node.key(key);
        }
        return node;
    }

    /** One key, which may contain dots. */
    Node key(String key) {
        return new Node(
                path + "." + key, value instanceof Map<?, ?> mapping ? mapping.get(key) : null);
    }

    List<Node> each() {
        if (!(value instanceof List<?> list)) {
            return List.of();
        }
        return list.stream().map(element -> new Node(path + "[]", element)).toList();
    }

    List<String> keys() {
        return value instanceof Map<?, ?> mapping
                ? mapping.keySet().stream().map(String::valueOf).toList()
                : List.of();
    }

    List<String> texts() {
        return each().stream().map(Node::text).toList();
    }

    boolean present() {
        return value != null;
    }

    Optional<String> found() {
        return Optional.ofNullable(value).map(String::valueOf);
    }

    String text() {
        return found().orElseThrow(() -> new AssertionError(path + " is missing"));
    }

    boolean is(String wanted) {
        return found().filter(wanted::equals).isPresent();
    }

    /** The element of a list that has this name. */
    Node named(String name) {
        return each().stream()
                .filter(element -> element.at("name").is(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(path + " has nothing named " + name));
    }

    /** All places below, itself included. */
    Stream<Node> below() {
        Stream<Node> children =
                value instanceof Map<?, ?> ? keys().stream().map(this::key) : each().stream();
        return Stream.concat(Stream.of(this), children.flatMap(Node::below));
    }
}
