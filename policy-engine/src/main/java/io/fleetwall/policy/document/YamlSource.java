package io.fleetwall.policy.document;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Bytes to the node graph of one YAML document, without the parts of YAML that make a text mean
 * something else than it looks like: anchors, aliases, tags, several documents.
 */
final class YamlSource {
    /** A hundred thousand rules of 80 bytes each. */
    static final int MAX_BYTES = 8 << 20;

    /** Twice what a policy needs; the engine's effort grows with the square of the depth. */
    private static final int MAX_DEPTH = 10;

    private final String file;
    private final ProblemLog log;

    YamlSource(String file, ProblemLog log) {
        this.file = file;
        this.log = log;
    }

    /** The document's root, or null after reporting why there is none. */
    @Nullable Node read(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            log.report(
                    ProblemCode.FILE_SIZE,
                    log.start(),
                    "%,d bytes; a document has at most %,d".formatted(bytes.length, MAX_BYTES),
                    "split it into several documents");
            return null;
        }
        String text = decode(bytes);
        if (text == null) {
            return null;
        }
        try {
            List<Event> events = new ArrayList<>();
            return plain(text, events) ? single(events) : null;
        } catch (MarkedYamlEngineException e) {
            log.report(
                    ProblemCode.SYNTAX,
                    log.origin(e.getProblemMark().or(e::getContextMark)),
                    "not YAML: " + oneLine(e.getProblem()),
                    starts(e, "alias") || starts(e, "anchor")
                            ? "quote texts that start with a star or an ampersand"
                            : "check indentation, quotes and brackets here and just above");
        } catch (ReaderException e) {
            log.report(
                    ProblemCode.SYNTAX,
                    place(text, e.getPosition()),
                    "the character U+%04X is not allowed in YAML".formatted(e.getCodePoint()),
                    "remove it");
        } catch (YamlEngineException e) {
            log.report(
                    ProblemCode.SYNTAX,
                    log.start(),
                    "not YAML: " + oneLine(e.getMessage()),
                    "check the document with a YAML linter");
        }
        return null;
    }

    /** Whether the engine was reading something it took for this kind of thing. */
    private static boolean starts(MarkedYamlEngineException e, String kind) {
        return e.getContext() != null && e.getContext().endsWith(kind);
    }

    /**
     * Looks at the events first, and keeps them, as to parse is most of the work: an unquoted
     * {@code *.example.com} is an alias to YAML.
     */
    private boolean plain(String text, List<Event> events) {
        boolean composable = true;
        int depth = 0;
        for (Event event : new Parse(settings()).parseString(text)) {
            events.add(event);
            if (event instanceof AliasEvent alias) {
                composable = false;
                log.report(
                        ProblemCode.ALIAS,
                        log.origin(event.getStartMark()),
                        "*" + alias.getAlias().getValue() + " is a YAML alias",
                        "quote texts that start with a star: \"*" + alias.getAlias() + "\"");
            } else if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
                log.report(
                        ProblemCode.ALIAS,
                        log.origin(event.getStartMark()),
                        "&" + node.getAnchor().get().getValue() + " is a YAML anchor",
                        "write the value out; quote texts that start with an ampersand");
            }
            depth += depthOf(event);
            if (depth > MAX_DEPTH) {
                log.report(
                        ProblemCode.SYNTAX,
                        log.origin(event.getStartMark()),
                        "lists and mappings more than " + MAX_DEPTH + " deep",
                        "a policy is at most 5 deep; look for brackets that are never closed");
                return false;
            }
            if (tagged(event)) {
                log.report(
                        ProblemCode.TAG,
                        log.origin(event.getStartMark()),
                        "a YAML tag",
                        "remove it; quote texts that start with an exclamation mark");
            }
        }
        return composable;
    }

    private static int depthOf(Event event) {
        return switch (event) {
            case CollectionStartEvent start -> 1;
            case CollectionEndEvent end -> -1;
            default -> 0;
        };
    }

    private static boolean tagged(Event event) {
        return switch (event) {
            case ScalarEvent scalar -> scalar.getTag().isPresent();
            case CollectionStartEvent collection -> collection.getTag().isPresent();
            default -> false;
        };
    }

    private @Nullable Node single(List<Event> events) {
        List<Node> roots = new ArrayList<>();
        new Composer(settings(), new RecordedEvents(events)).forEachRemaining(roots::add);
        if (roots.size() > 1) {
            log.report(
                    ProblemCode.DOCUMENT_COUNT,
                    roots.get(1),
                    roots.size() + " documents in one file",
                    "give every policy a file of its own");
        }
        if (roots.isEmpty()) {
            log.report(
                    ProblemCode.DOCUMENT_COUNT,
                    log.start(),
                    "the file holds no document",
                    "write a policy or remove the file");
            return null;
        }
        return roots.getFirst();
    }

    private LoadSettings settings() {
        return LoadSettings.builder()
                .setLabel(file)
                .setAllowDuplicateKeys(true) // Reported by Section, all of them.
                .setCodePointLimit(MAX_BYTES)
                .build();
    }

    private @Nullable String decode(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        CoderResult result = decoder.decode(in, out, true);
        String text = out.flip().toString();
        if (result.isError()) {
            log.report(
                    ProblemCode.ENCODING,
                    place(text, text.codePointCount(0, text.length())),
                    "byte 0x%02x is not UTF-8".formatted(bytes[in.position()]),
                    "save the file as UTF-8");
            return null;
        }
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    /** Line and column of a code point's index. */
    private Origin place(String text, int index) {
        int[] points = text.codePoints().limit(index).toArray();
        int line = 1;
        int column = 1;
        for (int point : points) {
            line += point == '\n' ? 1 : 0;
            column = point == '\n' ? 1 : column + 1;
        }
        return log.at(line, column);
    }

    private static String oneLine(@Nullable String message) {
        return message == null ? "unreadable" : message.strip().replaceAll("\\s+", " ");
    }
}
