package io.fleetwall.laboratory.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that lives until it is stopped, with its log in a file.
 *
 * <p>Its standard input is a pipe from here, so that children of ours end when their owner does,
 * however it ended; its standard output is left to the owner unless the log takes it.
 */
public final class ChildProcess implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final int TAIL_LINES = 25;

    private final String name;
    private final Path log;
    private final Process process;

    private ChildProcess(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    /** Starts a daemon: everything it says goes to its log. */
    public static ChildProcess daemon(String name, Path log, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        return start(name, log, builder);
    }

    /** Starts a process whose standard output its owner reads; errors go to its log. */
    public static ChildProcess speaking(String name, Path log, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        return start(name, log, builder);
    }

    private static ChildProcess start(String name, Path log, ProcessBuilder builder) {
        try {
            return new ChildProcess(name, log, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name, e);
        }
    }

    /** The process, for its streams and its id. */
    public Process process() {
        return process;
    }

    /** Whether it runs. */
    public boolean alive() {
        return process.isAlive();
    }

    /** The end of its log, for an error message. */
    public String tail() {
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            return String.join(
                    "\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    /** Fails with the end of the log when the process has ended. */
    public void mustLive() {
        if (!process.isAlive()) {
            throw new IllegalStateException(
                    name + " ended with " + process.exitValue() + ":\n" + tail());
        }
    }

    /** Kills it as the kernel's out-of-memory killer would: no chance to clean up. */
    public void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException _) {
            // The child has closed its end first: it is ending, which is what is wanted.
        }
        process.destroy();
        if (!awaitExit()) {
            kill();
        }
    }

    private boolean awaitExit() {
        try {
            return process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
