package io.fleetwall.policy.document;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The policy files below a directory: {@code *.yaml} at any depth, by relative path. Names that
 * start with a dot are left out: editors' swap files, and the hidden directories behind a mounted
 * ConfigMap, whose visible links are followed.
 */
public final class PolicyDirectory {
    private static final int MAX_DEPTH = 16;

    private PolicyDirectory() {}

    /** What listing came to. */
    public sealed interface Listing {
        /** The files by path, and what was passed over. */
        record Found(List<SourceFile> files, List<Problem> warnings) implements Listing {}

        /** The directory cannot be read whole. */
        record Refused(List<Problem> problems) implements Listing {}
    }

    /** Reads all files at once; whether they are policies is {@link PolicySources}' question. */
    public static Listing list(Path directory) {
        List<SourceFile> files = new ArrayList<>();
        List<Problem> warnings = new ArrayList<>();
        try {
            for (Path path : candidates(directory)) {
                String name = relative(directory, path);
                if (name.endsWith(".yaml")) {
                    files.add(read(path, name));
                } else if (name.endsWith(".yml")) {
                    warnings.add(extension(name));
                }
            }
            return new Listing.Found(List.copyOf(files), List.copyOf(warnings));
        } catch (IOException | UncheckedIOException e) {
            return new Listing.Refused(List.of(unreadable(directory, e)));
        }
    }

    private static List<Path> candidates(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory, MAX_DEPTH, FileVisitOption.FOLLOW_LINKS)) {
            return paths.filter(path -> visible(directory.relativize(path)))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .limit(SourcesReading.MAX_FILES + 1L)
                    .toList();
        }
    }

    private static boolean visible(Path relative) {
        for (Path part : relative) {
            if (part.toString().startsWith(".")) {
                return false;
            }
        }
        return true;
    }

    /**
     * At most one byte more than a document may have: the reader then says that it is too large.
     */
    private static SourceFile read(Path path, String name) throws IOException {
        try (var in = Files.newInputStream(path)) {
            return new SourceFile(name, in.readNBytes(YamlSource.MAX_BYTES + 1));
        }
    }

    private static String relative(Path directory, Path path) {
        return directory.relativize(path).toString().replace('\\', '/');
    }

    private static Problem extension(String name) {
        return Problem.of(
                ProblemCode.SOURCE_EXTENSION,
                new Origin(name, 1, 1),
                name + " is not read",
                "policies end in .yaml: rename it, or remove it");
    }

    private static Problem unreadable(Path directory, Exception cause) {
        return Problem.of(
                ProblemCode.SOURCE_UNREADABLE,
                new Origin(directory.toString(), 1, 1),
                "cannot be read: " + cause,
                "check that the directory exists and that its files are readable");
    }
}
