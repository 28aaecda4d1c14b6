package io.fleetwall.laboratory.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The files of a demo, in a directory that goes with it. */
final class DemoFiles {
    private static final List<String> POLICIES =
            List.of("acme-api-build.yaml", "acme-web.yaml", "packs/registry.yaml");

    private DemoFiles() {}

    /** Writes a text, making directories on the way. */
    static void write(Path file, String text) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces a file at once, as editors save. */
    static void save(Path file, String text) {
        Path fresh = file.resolveSibling("." + file.getFileName() + ".tmp");
        write(fresh, text);
        try {
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies the demo's policies into a directory. */
    static void copyPolicies(Path directory) {
        for (String name : POLICIES) {
            try (InputStream in = DemoFiles.class.getResourceAsStream("policies/" + name)) {
                if (in == null) {
                    throw new IllegalStateException("the jar lacks policies/" + name);
                }
                write(
                        directory.resolve(name),
                        new String(in.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
