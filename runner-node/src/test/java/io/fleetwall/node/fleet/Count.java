package io.fleetwall.node.fleet;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Numbered datagrams, a thousand a second at most, and who counts them where they arrive. */
public final class Count implements AutoCloseable {
    private final Process process;
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    private Count(String namespace, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "nsenter",
                                "--net=/run/netns/" + namespace,
                                "python3",
                                TestMachine.script("count.py")));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        TestMachine.awaitReady(process);
        Thread.ofVirtual().start(this::read);
    }

    /** Sends to port 9999 of an address. */
    public static Count send(TestNetwork from, String address) throws IOException {
        return new Count(from.namespace(), "send", address);
    }

    /** Receives in the {@link TestWorld}. */
    public static Count receive() throws IOException {
        return new Count("world", "receive");
    }

    private void read() {
        try (BufferedReader output =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("broken: " + e);
        }
    }

    /** What it told so far. */
    public List<String> told() {
        return List.copyOf(lines);
    }

    /** Ends a sender; how many it sent. */
    public int end() throws IOException {
        process.getOutputStream().close();
        Await.until(() -> !lines.isEmpty(), () -> "it does not end");
        return Integer.parseInt(told().getLast());
    }

    @Override
    public void close() {
        process.destroy();
    }
}
