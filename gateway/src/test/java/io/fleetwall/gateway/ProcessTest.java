package io.fleetwall.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.laboratory.process.Quickest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcessTest {
    @TempDir Path directory;

    private Process gateway(String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "io.fleetwall.gateway.Gateway"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("log"));
        } catch (IOException unreadable) {
            return "";
        }
    }

    @Test
    void brokenSettingsAreListedAndTheExitStatusIsTwo() throws Exception {
        Path config = Files.writeString(directory.resolve("g.yaml"), "api: { listn: x }\nfoo: 1\n");
        Process process = gateway("--config", config.toString());
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(2, process.exitValue());
        assertTrue(log().contains("api.listn") && log().contains("foo"), log());
    }

    @Test
    void helpIsGivenAndWrongUseIsRefused() throws Exception {
        Process help = gateway("--help");
        assertTrue(help.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, help.exitValue());
        assertTrue(log().contains("--config FILE"), log());
        Process wrong = gateway("--conf");
        assertTrue(wrong.waitFor(60, TimeUnit.SECONDS));
        assertEquals(2, wrong.exitValue());
    }

    @Test
    void sigtermStopsItWithinThreeSeconds() throws Exception {
        Path config =
                Files.writeString(
                        directory.resolve("g.yaml"),
                        """
                        state: { directory: %s }
                        api: { listen: "127.0.0.1:0" }
                        link: { listen: "127.0.0.1:0" }
                        cluster: { bind: "127.0.0.1:0", name: process-test }
                        """
                                .formatted(directory.resolve("state")));
        Quickest.isBelow(Duration.ofSeconds(3), () -> stopping(config));
    }

    private Duration stopping(Path config) throws Exception {
        Process process = gateway("--config", config.toString());
        try {
            Eventually.holds("the gateway is ready", () -> log().contains("gateway ready"));
            long from = System.nanoTime();
            process.destroy();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), this::log);
            Duration took = Duration.ofNanos(System.nanoTime() - from);
            assertTrue(log().contains("gateway stopped"), log());
            return took;
        } finally {
            process.destroyForcibly();
        }
    }
}
