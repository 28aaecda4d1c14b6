package io.fleetwall.laboratory.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs one short external command and answers its output; anything but exit code 0 is an error. */
public final class Command {
    private Command() {}

    /** Runs a command; its standard output and standard error come back together. */
    public static String run(String... words) {
        return run(List.of(words));
    }

    /** Runs a command; its standard output and standard error come back together. */
    public static String run(List<String> words) {
        try {
            Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            if (exit != 0) {
                throw new CommandFailedException(words, exit, output.strip());
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + String.join(" ", words), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in " + String.join(" ", words), e);
        }
    }
}
