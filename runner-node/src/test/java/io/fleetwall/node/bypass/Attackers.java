package io.fleetwall.node.bypass;

import io.fleetwall.laboratory.net.Namespace;
import io.fleetwall.laboratory.process.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The programs of {@code src/test/c}, compiled, and how they are run: on the node or behind it, as
 * root or as nobody.
 */
final class Attackers {
    /** Below a directory which nobody may pass. */
    private static final Path PLACE = Path.of("/run/attackers");

    private static final Path SOURCES = Path.of("src/test/c");
    private static final List<String> NOBODY =
            List.of(
                    "setpriv",
                    "--reuid=65534",
                    "--regid=65534",
                    "--clear-groups",
                    "--no-new-privs");
    private static final int DEADLINE_SECONDS = 60;

    private Attackers() {}

    /** Exit codes of {@code main.c}. */
    enum Outcome {
        SENT,
        REFUSED,
        USAGE,
        CANNOT;

        private static Outcome of(int exit) {
            return switch (exit) {
                case 0 -> SENT;
                case 1 -> REFUSED;
                case 3 -> CANNOT;
                default -> USAGE;
            };
        }
    }

    /**
     * @param said on either output
     */
    record Result(Outcome outcome, String said) {}

    static void compile() throws IOException {
        Files.createDirectories(PLACE);
        compile("attack", SOURCES);
        compile("sink", SOURCES.resolve("far"));
    }

    private static void compile(String program, Path directory) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("clang", "-O1", "-Wall", "-Wextra", "-Werror", "-o"));
        command.add(PLACE.resolve(program).toString());
        try (Stream<Path> files = Files.list(directory)) {
            files.map(Path::toString).filter(name -> name.endsWith(".c")).forEach(command::add);
        }
        Command.run(command);
    }

    static String sink() {
        return PLACE.resolve("sink").toString();
    }

    /** Who runs it, where, over what interface, whose other end has what link address. */
    record Post(Namespace namespace, boolean privileged, String interfaceName, String gateway) {
        Post unprivileged() {
            return new Post(namespace, false, interfaceName, gateway);
        }

        List<String> command(String technique, String mark, String argument) {
            List<String> words = new ArrayList<>(privileged ? List.of() : NOBODY);
            words.add(PLACE.resolve("attack").toString());
            words.addAll(List.of(technique, mark));
            words.addAll(Field.TARGETS);
            words.addAll(List.of(interfaceName, gateway));
            if (!argument.equals("-")) {
                words.add(argument);
            }
            return namespace.enter(words);
        }

        /** Runs a technique to its end. */
        Result run(String technique, String mark, String argument) {
            try {
                Process process =
                        new ProcessBuilder(command(technique, mark, argument))
                                .redirectErrorStream(true)
                                .start();
                process.getOutputStream().close();
                String said =
                        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new IllegalStateException(technique + " does not end");
                }
                return new Result(Outcome.of(process.exitValue()), said.strip());
            } catch (IOException e) {
                throw new IllegalStateException(technique + " cannot be started", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }
}
