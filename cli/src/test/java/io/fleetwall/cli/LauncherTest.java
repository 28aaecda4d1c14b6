package io.fleetwall.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher's own part: what it says and how it ends before any JVM starts. */
class LauncherTest {
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

    private record Said(int exitCode, String text) {}

    private static Said launch(String... words) throws IOException, InterruptedException {
        return run(Stream.concat(Stream.of("./fleetwall"), Stream.of(words)).toList());
    }

    private static Said run(List<String> words) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(words)
                        .directory(HOME.toFile())
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text);
    }

    @Test
    void helpNamesEveryCommand() throws IOException, InterruptedException {
        Said said = launch("help");
        assertEquals(0, said.exitCode());
        for (String command :
                List.of(
                        "demo",
                        "test",
                        "gateway",
                        "runner-node",
                        "policy",
                        "runners",
                        "events",
                        "job",
                        "enrol",
                        "doctor",
                        "bench",
                        "version")) {
            assertTrue(said.text().contains("./fleetwall " + command), command);
        }
    }

    @Test
    void anUnknownCommandIsAUsageErrorWithASuggestion() throws IOException, InterruptedException {
        Said said = launch("gatway");
        assertEquals(2, said.exitCode());
        assertTrue(said.text().contains("did you mean 'gateway'?"), said.text());
    }

    @Test
    void aJdkThatIsTooOldIsPassedOverWhateverJavaHomeSays(@TempDir Path old)
            throws IOException, InterruptedException {
        Files.createDirectory(old.resolve("bin"));
        Files.createFile(old.resolve("bin/javac")).toFile().setExecutable(true);
        Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.15\"\n");
        Said said = run(List.of("env", "JAVA_HOME=" + old, "./fleetwall", "version"));
        assertEquals(0, said.exitCode(), said.text());
        assertTrue(said.text().contains("JDK "), said.text());
        assertFalse(said.text().contains(old.toString()), said.text());
    }

    @Test
    void withoutRootTheDemoSaysWhichCapabilitiesItLacks() throws IOException, InterruptedException {
        Said said = asNobody("demo");
        assertEquals(3, said.exitCode(), said.text());
        assertTrue(said.text().contains("CAP_BPF"), said.text());
        assertTrue(said.text().contains("sudo ./fleetwall demo"), said.text());
    }

    /** Root of a user namespace of its own would be root to the launcher: so another user. */
    private static Said asNobody(String command) throws IOException, InterruptedException {
        Path copy = Files.createTempDirectory("launcher");
        try {
            run(List.of("cp", "-r", "fleetwall", "launcher", copy.toString()));
            run(List.of("chmod", "-R", "a+rX", copy.toString()));
            return run(
                    List.of(
                            "setpriv",
                            "--reuid=65534",
                            "--regid=65534",
                            "--clear-groups",
                            copy.resolve("fleetwall").toString(),
                            command));
        } finally {
            run(List.of("rm", "-r", copy.toString()));
        }
    }
}
