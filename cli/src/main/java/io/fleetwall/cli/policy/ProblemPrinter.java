package io.fleetwall.cli.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.Surroundings.Colour;
import io.fleetwall.cli.text.Json;
import io.fleetwall.policy.document.Origin;
import io.fleetwall.policy.document.Problem;
import io.fleetwall.policy.document.Problem.Severity;
import io.fleetwall.policy.document.SourceFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Shows problems as compilers do: the place, what is wrong, the line with a caret, what to do. */
final class ProblemPrinter {
    private static final String RED = "\u001b[31m";
    private static final String YELLOW = "\u001b[33m";
    private static final String RESET = "\u001b[0m";

    /** A tab moves the caret as it moves the text above it, whatever the terminal's tab stops. */
    private static final int TAB = '\t';

    private final Surroundings surroundings;
    private final Path directory;
    private final Map<String, List<String>> lines = new HashMap<>();

    ProblemPrinter(Surroundings surroundings, LocalSources sources) {
        this.surroundings = surroundings;
        this.directory = sources.directory();
        for (SourceFile file : sources.files()) {
            lines.put(file.path(), file.text().lines().toList());
        }
    }

    void print(List<Problem> problems) {
        problems.forEach(this::print);
    }

    private void print(Problem problem) {
        Origin at = problem.origin();
        Origin shown = new Origin(directory.resolve(at.file()).toString(), at.line(), at.column());
        surroundings
                .out()
                .println(
                        "%s: %s %s: %s"
                                .formatted(
                                        shown,
                                        severity(problem.severity()),
                                        problem.code(),
                                        problem.message()));
        List<String> text = lines.getOrDefault(at.file(), List.of());
        if (at.line() >= 1 && at.line() <= text.size()) {
            String line = text.get(at.line() - 1);
            String margin = "%6d | ".formatted(at.line());
            surroundings.out().println(margin + line);
            surroundings.out().println("       | " + before(line, at.column()) + "^");
        }
        if (!problem.hint().isEmpty()) {
            surroundings.out().println("       = hint: " + problem.hint());
        }
    }

    private static String before(String line, int column) {
        StringBuilder blank = new StringBuilder();
        line.codePoints()
                .limit(Math.max(0, column - 1))
                .forEach(point -> blank.append(point == TAB ? '\t' : ' '));
        return blank.toString();
    }

    private String severity(Severity severity) {
        String word = severity.name().toLowerCase(Locale.ROOT);
        if (surroundings.colour() == Colour.PLAIN) {
            return word;
        }
        return switch (severity) {
            case ERROR -> RED + word + RESET;
            case WARNING -> YELLOW + word + RESET;
        };
    }

    /** The problems in the API's form. */
    static ArrayNode json(List<Problem> problems) {
        ArrayNode array = Json.object().arrayNode();
        for (Problem problem : problems) {
            array.addObject()
                    .put("severity", problem.severity().name().toLowerCase(Locale.ROOT))
                    .put("code", problem.code())
                    .put("file", problem.origin().file())
                    .put("line", problem.origin().line())
                    .put("column", problem.origin().column())
                    .put("message", problem.message())
                    .put("hint", problem.hint());
        }
        return array;
    }

    /** Problems in the API's form. */
    static List<Problem> read(JsonNode array) {
        List<Problem> problems = new ArrayList<>();
        for (JsonNode problem : array) {
            problems.add(
                    new Problem(
                            problem.path("severity").asText().equals("warning")
                                    ? Severity.WARNING
                                    : Severity.ERROR,
                            problem.path("code").asText(),
                            new Origin(
                                    problem.path("file").asText(),
                                    problem.path("line").asInt(),
                                    problem.path("column").asInt()),
                            problem.path("message").asText(),
                            problem.path("hint").asText()));
        }
        return problems;
    }
}
