package io.fleetwall.policy;

import static org.junit.jupiter.api.Assertions.fail;

import io.fleetwall.policy.catalogue.Catalogue;
import io.fleetwall.policy.document.SourceFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** The tables of the tests, and short ways to policies. */
public final class Data {
    public static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    private Data() {}

    /** A file or directory of the test resources. */
    public static Path path(String name) {
        URL url = Objects.requireNonNull(Data.class.getClassLoader().getResource(name), name);
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Lines without comments and blanks. */
    public static List<String> lines(String name) {
        try (var lines = Files.lines(path(name))) {
            return lines.filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A document with a spec in flow style. */
    public static String policy(String name, String spec) {
        return "apiVersion: fleetwall.io/v1\nkind: EgressPolicy\nmetadata: { name: %s }\nspec: %s\n"
                .formatted(name, spec);
    }

    /** A catalogue of documents. */
    public static Catalogue catalogue(SourceFile... files) {
        return switch (Catalogue.read(1, NOW, List.of(files))) {
            case Catalogue.Reading.Read read -> read.catalogue();
            case Catalogue.Reading.Refused refused -> fail(refused.problems().toString());
        };
    }

    /** A catalogue of one policy for every scope. */
    public static Catalogue catalogue(String spec) {
        return catalogue(SourceFile.of("policy.yaml", policy("policy", spec)));
    }
}
