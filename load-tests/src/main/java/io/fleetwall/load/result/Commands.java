package io.fleetwall.load.result;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs iproute2 and iperf3; a failure is an exception with their output. */
public final class Commands {
    private Commands() {}

    /** Runs one command line without quoting; returns what it said. */
    public static String run(String line) {
        List<String> words = List.of(line.split(" ", -1));
        try {
            Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException(line + " exited " + status + ": " + said);
            }
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(line + " interrupted", e);
        }
    }

    /** Runs several. */
    public static void all(String... lines) {
        for (String line : lines) {
            run(line);
        }
    }
}
