package io.fleetwall.gateway.config;

import io.fleetwall.gateway.condition.Condition;
import io.fleetwall.gateway.condition.ConditionException;
import io.fleetwall.gateway.condition.ConditionReader;
import io.fleetwall.gateway.condition.Severity;
import io.fleetwall.gateway.config.GatewayConfig.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The keys of a target that say which events it gets, and how. */
final class TuningReader {
    /** A year of events in one request helps nobody; receivers refuse more than a few MB. */
    private static final int LARGEST_BATCH = 5_000;

    private static final Set<String> WORDS =
            Set.of("index", "channel", "rotateMegabytes", "rotateDaily", "keepFiles", "keepDays");
    private final Section section;
    private final Map<String, String> variables;

    TuningReader(Section section, Map<String, String> variables) {
        this.section = section;
        this.variables = variables;
    }

    Tuning read(Format format) {
        Tuning usual = Tuning.of(format);
        Tuning.Pace pace = usual.pace();
        Tuning.Each each = word("deliver", pace.each(), Tuning.Each.class);
        Tuning.Pace read =
                new Tuning.Pace(
                        each,
                        section.number("batch", pace.batch(), 1, LARGEST_BATCH),
                        section.number("concurrency", pace.atOnce(), 1, 64));
        if (!format.streams() && format != Format.GENERIC && each == Tuning.Each.EVENT) {
            section.problem("deliver", "is for incidents only with this type", "leave it out");
        }
        return new Tuning(
                new Tuning.Wanted(
                        condition(section, "when"),
                        word("minSeverity", Severity.INFO, Severity.class)),
                new Tuning.Form(
                        word("format", usual.form().shape(), Tuning.Shape.class),
                        template(),
                        headers(),
                        words()),
                read,
                section.text("caFile").map(Path::of));
    }

    static Optional<Condition> condition(Section section, String key) {
        try {
            return section.text(key).map(ConditionReader::read);
        } catch (ConditionException refused) {
            section.problem(
                    key,
                    "cannot be used: " + refused.getMessage(),
                    "for example: destination.name ~ \"*.example.com\" and severity >= high");
            return Optional.empty();
        }
    }

    private <E extends Enum<E>> E word(String key, E fallback, Class<E> all) {
        Optional<String> text = section.text(key);
        for (E value : all.getEnumConstants()) {
            if (text.isPresent() && value.name().equalsIgnoreCase(text.get())) {
                return value;
            }
        }
        text.ifPresent(unknown ->
                section.problem(
                        key,
                        "is not known: " + unknown,
                        String.join(
                                ", ",
                                Arrays.stream(all.getEnumConstants())
                                        .map(value -> value.name().toLowerCase(Locale.ROOT))
                                        .toList())));
        return fallback;
    }

    private Optional<String> template() {
        Optional<String> file = section.text("bodyTemplateFile");
        if (file.isEmpty()) {
            return section.text("bodyTemplate");
        }
        try {
            return Optional.of(Files.readString(Path.of(file.get())));
        } catch (IOException unreadable) {
            section.problem("bodyTemplateFile", "cannot be read: " + file.get(), "a text file");
            return Optional.empty();
        }
    }

    /** A value {@code env:NAME} is taken from that variable. */
    private Map<String, Secret> headers() {
        Map<String, Secret> headers = new HashMap<>();
        section.pairs("headers")
                .forEach((name, value) -> {
                    if (!name.matches("[A-Za-z0-9-]{1,64}")
                            || value.chars().anyMatch(c -> c < ' ')) {
                        section.problem("headers", "has no usable header: " + name, "Name: value");
                    } else if (value.startsWith("env:")) {
                        String found = variables.get(value.substring(4));
                        if (found == null) {
                            section.problem(
                                    "headers", "names a variable that is not set", "export it");
                        } else {
                            headers.put(name, new Secret(found));
                        }
                    } else {
                        headers.put(name, new Secret(value));
                    }
                });
        return headers;
    }

    private Map<String, String> words() {
        Map<String, String> words = new HashMap<>();
        for (String key : WORDS) {
            section.text(key).ifPresent(text -> words.put(key, text));
        }
        for (String key : Set.of("rotateMegabytes", "keepFiles", "keepDays")) {
            section.number(key, 1, 1, 100_000);
        }
        if (!Set.of("true", "false").contains(section.text("rotateDaily", "false"))) {
            section.problem("rotateDaily", "is neither true nor false", "true: at midnight, UTC");
        }
        return words;
    }
}
