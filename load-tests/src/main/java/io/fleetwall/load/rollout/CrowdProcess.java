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
import java.util.Objects;

/** A process which is spoken to line by line: a {@link Crowd}, or the peer's server. */
public final class CrowdProcess implements AutoCloseable {
    private static final List<String> CLIENT_FLAGS =
            List.of("-Xmx3g", "-XX:+UseParallelGC", "--sun-misc-unsafe-memory-access=allow");

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

    /** The peer of the gateway, with the collector, heap and compilers that the gateway has. */
    static CrowdProcess startPeer(Class<?> main, Path directory, List<String> arguments) {
        String flags =
                Objects.requireNonNull(
                        System.getProperty("fleetwall.gateway.flags"), "the launcher's flags");
        return start(new Command(List.of(), List.of(flags.split(" ")), main), directory, arguments);
    }

    /** The same, behind a command that enters a namespace. */
    public static CrowdProcess start(
            List<String> entry, Class<?> main, Path directory, List<String> arguments) {
        return start(new Command(entry, CLIENT_FLAGS, main), directory, arguments);
    }

    /** A main class, behind what enters a namespace, with a JVM's flags. */
    private record Command(List<String> entry, List<String> flags, Class<?> main) {}

    private static CrowdProcess start(Command what, Path directory, List<String> arguments) {
        Class<?> main = what.main();
        List<String> command = new ArrayList<>(what.entry());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(what.flags());
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
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
