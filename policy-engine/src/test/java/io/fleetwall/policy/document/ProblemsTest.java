package io.fleetwall.policy.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.policy.Data;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every file below {@code problems/} is a broken document whose last lines say what the reader must
 * find: {@code #! line:column code part-of-the-hint}. A directory is a catalogue of several.
 */
class ProblemsTest {
    /** Codes that a file of the table cannot show; their own tests are named beside them. */
    private static final Set<ProblemCode> ELSEWHERE =
            Set.of(
                    ProblemCode.FILE_SIZE, // SourcesTest
                    ProblemCode.SOURCE_PATH, // SourcesTest
                    ProblemCode.SOURCES_SIZE, // SourcesTest
                    ProblemCode.SOURCE_UNREADABLE, // PolicyDirectoryTest
                    ProblemCode.SOURCE_EXTENSION, // PolicyDirectoryTest
                    ProblemCode.EXPIRED, // CatalogueTest
                    ProblemCode.LIMIT_STEPS, // CompilerTest, like all limits below
                    ProblemCode.LIMIT_PROGRAMS,
                    ProblemCode.LIMIT_NETWORKS,
                    ProblemCode.LIMIT_HOSTS,
                    ProblemCode.LIMIT_RULES,
                    ProblemCode.LIMIT_BYTES);

    static List<Path> cases() throws IOException {
        try (Stream<Path> paths = Files.list(Data.path("problems"))) {
            return paths.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void every_problem_is_found_at_once_with_its_place(Path path) throws IOException {
        List<SourceFile> files = files(path);
        List<String> expected = new ArrayList<>();
        for (SourceFile file : files) {
            expectations(file).forEach(e -> expected.add(file.path() + ":" + e[0] + " " + e[1]));
        }
        List<String> found =
                problems(files).stream().map(p -> p.origin() + " " + p.code()).toList();
        assertEquals(String.join("\n", expected), String.join("\n", found));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void hints_say_what_to_write(Path path) throws IOException {
        List<SourceFile> files = files(path);
        for (SourceFile file : files) {
            for (String[] expectation : expectations(file)) {
                if (expectation.length == 3) {
                    assertTrue(
                            problems(files).stream()
                                    .filter(p -> p.code().equals(expectation[1]))
                                    .anyMatch(p -> p.hint().contains(expectation[2])),
                            () -> expectation[2] + " in " + problems(files));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void messages_and_hints_are_one_line_each(Path path) throws IOException {
        for (Problem problem : problems(files(path))) {
            assertFalse(problem.toString().contains("\n"), problem.toString());
            assertFalse(problem.hint().isBlank(), problem.toString());
        }
    }

    @Test
    void every_code_has_a_case() throws IOException {
        Set<String> shown =
                cases().stream()
                        .flatMap(path -> files(path).stream())
                        .flatMap(file -> expectations(file).stream())
                        .map(expectation -> expectation[1])
                        .collect(Collectors.toSet());
        for (ProblemCode code : ProblemCode.values()) {
            assertTrue(shown.contains(code.code()) != ELSEWHERE.contains(code), code.toString());
        }
    }

    @Test
    void codes_are_unique() {
        List<String> codes = Stream.of(ProblemCode.values()).map(ProblemCode::code).toList();
        assertEquals(codes.size(), Set.copyOf(codes).size());
    }

    @Test
    void one_error_refuses_all_sources() {
        List<SourceFile> files =
                List.of(
                        SourceFile.of("good.yaml", Data.policy("good", "{}")),
                        SourceFile.of("bad.yaml", Data.policy("bad", "{ mood: enforce }")));
        assertInstanceOf(PolicySources.Reading.Refused.class, PolicySources.read(files));
    }

    private static List<Problem> problems(List<SourceFile> files) {
        return switch (PolicySources.read(files)) {
            case PolicySources.Reading.Policies read -> read.warnings();
            case PolicySources.Reading.Refused refused -> refused.problems();
        };
    }

    private static List<SourceFile> files(Path path) {
        try {
            if (!Files.isDirectory(path)) {
                return List.of(
                        new SourceFile(path.getFileName().toString(), Files.readAllBytes(path)));
            }
            return assertInstanceOf(PolicyDirectory.Listing.Found.class, PolicyDirectory.list(path))
                    .files();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Latin-1, so that the case about encoding can say what it expects. */
    private static List<String[]> expectations(SourceFile file) {
        return new String(file.bytes(), StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> line.startsWith("#! "))
                .map(line -> line.substring(3).split(" ", 3))
                .toList();
    }
}
