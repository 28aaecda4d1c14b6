package io.fleetwall.laboratory.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** The operator's tools, run as {@code ./fleetwall} runs them. */
final class Tool {
    private static final int HEAP_MEGABYTES = 64;

    private final Installation installation;
    private final Map<String, String> environment;

    Tool(Installation installation, Path tokenFile, Path jobSocket) {
        this.installation = installation;
        this.environment =
                Map.of(
                        "FLEETWALL_TOKEN_FILE", tokenFile.toString(),
                        "FLEETWALL_JOB_SOCKET", jobSocket.toString());
    }

    /** What a tool said, with how it ended and how long it took. */
    record Said(int exitCode, String text, double millis) {
        boolean well() {
            return exitCode == 0;
        }
    }

    Said run(String... arguments) {
        long start = System.nanoTime();
        ProcessBuilder builder =
                new ProcessBuilder(installation.program("cli", HEAP_MEGABYTES).with(arguments))
                        .redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String text =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            return new Said(exit, text.strip(), (System.nanoTime() - start) / 1e6);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
