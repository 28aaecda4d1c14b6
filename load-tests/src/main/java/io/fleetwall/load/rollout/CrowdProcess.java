package io.fleetwall.load.rollout;

import io.fleetwall.laboratory.process.ChildProcess;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process which is spoken to line by line: a {@link Crowd}, or the peer's server. */
public final class CrowdProcess implements AutoCloseable {
    private final ChildProcess child;
    private final PrintStream out;
    private final BufferedReader in;

    private CrowdProcess(ChildProcess child) {
        this.child = child;
        this.out = new PrintStream(child.process().getOutputStream(), true, StandardCharsets.UTF_8);
        this.in =
                new BufferedReader(
                        new InputStreamReader(
                                child.process().getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts a main class of this class path; returns when it is ready. */
    public static CrowdProcess start(Class<?> main, Path directory, List<String> arguments) {
        return start(List.of(), main, directory, arguments);
    }

    /** The same, behind a command that enters a namespace. */
    public static CrowdProcess start(
            List<String> entry, Class<?> main, Path directory, List<String> arguments) {
        List<String> command = new ArrayList<>(entry);
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx3g",
                        "-XX:+UseParallelGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Dlogback.configurationFile=logback-bench.xml",
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName()));
        command.addAll(arguments);
        Path log = directory.resolve(main.getSimpleName() + ".log");
        CrowdProcess crowd =
                new CrowdProcess(ChildProcess.speaking(main.getSimpleName(), log, command));
        crowd.answer();
        return crowd;
    }

    public long pid() {
        return child.process().pid();
    }

    /** Says a line and returns the answer. */
    public JsonObject ask(String line) {
        out.println(line);
        return answer();
    }

    private JsonObject answer() {
        try {
            String line = in.readLine();
            if (line == null) {
                child.mustLive();
                throw new IllegalStateException("no answer:\n" + child.tail());
            }
            return new JsonObject(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        child.close();
    }
}
