package io.fleetwall.policy.document;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A mapping of the document with its known keys; everything else about it is reported. */
final class Section {
    /** Longest text a document may hold in one place. */
    private static final int MAX_TEXT = 1_000;

    private final Node node;
    private final ProblemLog log;
    private final Map<String, Node> values = new HashMap<>();
    private final Map<String, Node> keys = new HashMap<>();

    private Section(Node node, ProblemLog log) {
        this.node = node;
        this.log = log;
    }

    /** The section at a node; empty, after a report, where the node is no mapping. */
    static Section of(Node node, List<String> known, ProblemLog log) {
        Section section = new Section(node, log);
        if (node instanceof MappingNode mapping) {
            mapping.getValue().forEach(tuple -> section.add(tuple, known));
        } else {
            section.wrongType(node, "a mapping", "write keys and values: " + keyList(known));
        }
        return section;
    }

    private void add(NodeTuple tuple, List<String> known) {
        Node keyNode = tuple.getKeyNode();
        if (!(keyNode instanceof ScalarNode scalar)) {
            wrongType(keyNode, "a text as key", keyList(known));
            return;
        }
        String key = scalar.getValue();
        if (!known.contains(key)) {
            log.report(
                    ProblemCode.UNKNOWN_KEY,
                    keyNode,
                    "unknown key " + key,
                    Spelling.hint(key, known));
        } else if (keys.putIfAbsent(key, keyNode) == null) {
            values.put(key, tuple.getValueNode());
        } else {
            Origin first = log.origin(keys.get(key));
            log.report(
                    ProblemCode.DUPLICATE_KEY,
                    keyNode,
                    key + " stands here for the second time",
                    "the first is on line " + first.line() + "; keep one");
        }
    }

    ProblemLog log() {
        return log;
    }

    Node node() {
        return node;
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    @Nullable Node value(String key) {
        return values.get(key);
    }

    @Nullable Node key(String key) {
        return keys.get(key);
    }

    /** Reports a missing key; where it would stand is the section. */
    @Nullable Node required(String key, String hint) {
        if (!has(key) && node instanceof MappingNode) {
            log.report(ProblemCode.MISSING_KEY, node, key + " is missing", hint);
        }
        return value(key);
    }

    /** A text value, or null. */
    @Nullable String text(String key) {
        Node value = value(key);
        return value == null ? null : text(value, key);
    }

    /** The text of a node, or null after a report. */
    @Nullable String text(Node value, String what) {
        if (!(value instanceof ScalarNode scalar)) {
            wrongType(value, "a text", what + " takes one text");
            return null;
        }
        if (!scalar.getTag().equals(Tag.STR)) {
            String hint =
                    scalar.getTag().equals(Tag.NULL)
                            ? "give " + what + " a value or remove the key"
                            : "quote it: \"" + scalar.getValue() + "\"";
            wrongType(value, "a text", hint);
            return null;
        }
        return checked(scalar.getValue(), value);
    }

    private @Nullable String checked(String text, Node at) {
        if (text.length() > MAX_TEXT) {
            log.report(
                    ProblemCode.TEXT,
                    at,
                    "a text of %,d characters".formatted(text.length()),
                    "at most %,d fit into an event".formatted(MAX_TEXT));
            return null;
        }
        int bad = text.codePoints().filter(Section::invisible).findFirst().orElse(-1);
        if (bad >= 0) {
            log.report(
                    ProblemCode.TEXT,
                    at,
                    "the invisible character U+%04X".formatted(bad),
                    "remove it: it would make events read differently from what they say");
            return null;
        }
        return text;
    }

    private static boolean invisible(int point) {
        int type = Character.getType(point);
        boolean control = type == Character.CONTROL && point != '\n' && point != '\t';
        return control || type == Character.FORMAT || type == Character.SURROGATE;
    }

    /** The elements of a list; empty where the key is absent, or is no list. */
    List<Node> list(String key) {
        Node value = value(key);
        if (value instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        if (value instanceof ScalarNode scalar && !scalar.getTag().equals(Tag.NULL)) {
            wrongType(value, "a list", "write " + key + ": [" + scalar.getValue() + "]");
        } else if (value != null) {
            wrongType(value, "a list", "write a list, [] for none, or remove " + key);
        }
        return List.of();
    }

    /** The texts of a list. */
    List<ScalarNode> texts(String key) {
        List<ScalarNode> texts = new ArrayList<>();
        for (Node element : list(key)) {
            if (text(element, "each element of " + key) != null
                    && element instanceof ScalarNode scalar) {
                texts.add(scalar);
            }
        }
        return texts;
    }

    /** An enum constant by its lower-case name. */
    <E extends Enum<E>> Optional<E> constant(String key, E[] constants) {
        String text = text(key);
        Node value = value(key);
        if (text == null || value == null) {
            return Optional.empty();
        }
        List<String> names = new ArrayList<>();
        for (E constant : constants) {
            String name = constant.name().toLowerCase(Locale.ROOT);
            if (name.equals(text)) {
                return Optional.of(constant);
            }
            names.add(name);
        }
        log.report(
                ProblemCode.NOT_ONE_OF,
                value,
                key + " cannot be " + text,
                Spelling.hint(text, names));
        return Optional.empty();
    }

    /** Whether a key is {@code true}; false where it is absent. */
    boolean isTrue(String key) {
        Node value = value(key);
        if (value instanceof ScalarNode scalar && scalar.getTag().equals(Tag.BOOL)) {
            return scalar.getValue().equals("true");
        }
        if (value != null) {
            wrongType(value, "true or false", "write true or false, without quotes");
        }
        return false;
    }

    void wrongType(Node at, String expected, String hint) {
        log.report(
                ProblemCode.WRONG_TYPE,
                at,
                "%s where %s belongs".formatted(kind(at), expected),
                hint);
    }

    private static String kind(Node node) {
        return switch (node.getNodeType()) {
            case MAPPING -> "a mapping";
            case SEQUENCE -> "a list";
            case SCALAR -> scalarKind(node.getTag());
            default -> "something else";
        };
    }

    private static String scalarKind(Tag tag) {
        if (tag.equals(Tag.NULL)) {
            return "nothing";
        }
        if (tag.equals(Tag.BOOL)) {
            return "true or false";
        }
        return tag.equals(Tag.STR) ? "a text" : "a number";
    }

    private static String keyList(List<String> known) {
        return "known are " + String.join(", ", known);
    }
}
