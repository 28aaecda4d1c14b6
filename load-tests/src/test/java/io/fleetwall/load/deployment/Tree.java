package io.fleetwall.load.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The repository these tests stand in, and the commands they run in it. */
final class Tree {
    static final Path ROOT = root();

    private Tree() {}

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("launcher/run.sh"))) {
            Path parent = here.getParent();
            if (parent == null) {
                throw new AssertionError("not inside the repository");
            }
            here = parent;
        }
        return here;
    }

    static String read(String path) {
        try {
            return Files.readString(ROOT.resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(path, e);
        }
    }

    /** Names in a directory that end so, sorted. */
    static List<String> names(String directory, String ending) {
        try (Stream<Path> list = Files.list(ROOT.resolve(directory))) {
            return list.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(directory, e);
        }
    }

    /** What the launcher puts into the agent's environment. */
    static String environment() {
        return read("launcher/run.sh").replaceAll("(?s).*NODE_ENVIRONMENT=\\(([^)]+)\\).*", "$1");
    }

    /** What a command came to; both of its streams. */
    record Run(int status, String output) {}

    static Run run(List<String> command, Map<String, String> variables) {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(ROOT.toFile()).redirectErrorStream(true);
            builder.environment().putAll(variables);
            Process process = builder.start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(180, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " did not end");
            }
            return new Run(process.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(String.join(" ", command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /**
     * The java command of a program, as the launcher would run it from {@code /opt/fleetwall}.
     *
     * @param module gateway or runner-node
     */
    static List<String> launched(String module, String config) {
        String function = module.equals("gateway") ? "run_gateway" : "run_node";
        String script =
                """
                exec() { shift; printf '%%s\\n' "$@"; }
                need_build() { :; }
                need() { :; }
                node_cache_flag() { :; }
                source launcher/run.sh
                %s --config %s
                """
                        .formatted(function, config);
        Run run =
                run(
                        List.of("bash", "-euc", script),
                        Map.of(
                                "FLEETWALL_HOME",
                                ROOT.toString(),
                                "JAVA_HOME",
                                "/jdk",
                                "FLEETWALL_JAVA_OPTS",
                                ""));
        if (run.status() != 0) {
            throw new AssertionError(run.output());
        }
        List<String> words = new ArrayList<>();
        run.output().lines().forEach(w -> words.add(w.replace(ROOT.toString(), "/opt/fleetwall")));
        return words;
    }

    /**
     * Runs a script of {@code src/test/sh} in namespaces of its own, with the command that starts a
     * gateway whose class path has an agent as well.
     */
    static Run withNode(String script, Path out) {
        List<String> command =
                new ArrayList<>(
                        List.of("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child"));
        command.addAll(List.of("--mount-proc", "--propagation", "private", "--", "bash"));
        command.add(ROOT.resolve("load-tests/src/test/sh/" + script).toString());
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xmx256m"));
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
        command.add(jar("gateway") + ":" + jar("runner-node"));
        command.add("io.fleetwall.gateway.Gateway");
        return run(command, Map.of("OUT", out.toString()));
    }

    private static String jar(String module) {
        return ROOT.resolve(module + "/target/" + module + "-0.1.0-SNAPSHOT.jar").toString();
    }
}
