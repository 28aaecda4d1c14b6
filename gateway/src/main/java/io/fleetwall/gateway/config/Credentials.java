package io.fleetwall.gateway.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads a secret from one of KEY, KEYFile, KEYEnv; its text is in no message. */
final class Credentials {
    private final Map<String, String> variables;

    Credentials(Map<String, String> variables) {
        this.variables = variables;
    }

    /** The secret, if any source is given. */
    Optional<Secret> optional(Section section, String key) {
        Optional<String> direct = section.text(key);
        Optional<String> file = section.text(key + "File");
        Optional<String> variable = section.text(key + "Env");
        long given = List.of(direct, file, variable).stream().filter(Optional::isPresent).count();
        if (given > 1) {
            notOne(section, key);
            return Optional.empty();
        }
        if (file.isPresent()) {
            return content(section, key + "File", file.get());
        }
        if (variable.isPresent()) {
            Optional<String> value = Optional.ofNullable(variables.get(variable.get()));
            if (value.isEmpty()) {
                section.problem(key + "Env", "is not set: " + variable.get(), "export it");
            }
            return value.map(Secret::new);
        }
        return direct.map(Secret::new);
    }

    /** The secret; a problem when no source is given. */
    Optional<Secret> required(Section section, String key) {
        if (Stream.of(key, key + "File", key + "Env").noneMatch(section::has)) {
            notOne(section, key);
        }
        return optional(section, key);
    }

    private static void notOne(Section section, String key) {
        section.problem(
                key, "needs exactly one source", key + ", " + key + "File or " + key + "Env");
    }

    private static Optional<Secret> content(Section section, String key, String file) {
        try {
            return Optional.of(new Secret(Files.readString(Path.of(file)).strip()));
        } catch (IOException unreadable) {
            section.problem(key, "cannot be read: " + file, "a file with one line");
            return Optional.empty();
        }
    }
}
