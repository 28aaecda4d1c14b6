package io.fleetwall.node.fleet;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A connection that another process opened, and talks over as it is told. */
public final class Talk implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    Talk(List<String> command) throws IOException {
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        output =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** The next thing it tells: {@code connected}, an echo, or an error. */
    public String said() throws IOException {
        String line = output.readLine();
        return line == null ? "ended" : line;
    }

    /** Sends a line, and returns what came back, or an error. */
    public String say(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        return said();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
