package io.fleetwall.cli.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Ran;
import io.fleetwall.cli.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidateTest {
    private static final String SOUND =
            """
            apiVersion: fleetwall.io/v1
            kind: EgressPolicy
            metadata: { name: acme }
            spec:
              allow:
                - host: registry.example.com
            """;

    @TempDir private Path directory = Path.of("");

    private Ran validate(String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "policy";
        all[1] = "validate";
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return Ran.with(Map.of(), all);
    }

    @Test
    void theExamplesOfTheRepositoryAreSound() {
        Ran ran = validate("../policies");
        assertEquals(ExitCode.OK, ran.exitCode(), ran.out());
        assertTrue(ran.out().endsWith(" 0 error(s), 0 warning(s)\n"), ran.out());
    }

    @Test
    void everyProblemIsShownWithItsPlaceItsLineACaretAndAHint() throws IOException {
        String broken =
                SOUND.replace("  allow:", "  mode: enforced\n  alow:")
                        .replace("name: acme", "name: acme, labels: x");
        Path file = Files.writeString(directory.resolve("acme.yaml"), broken);
        Ran ran = validate(directory.toString());
        assertEquals(ExitCode.FAILED, ran.exitCode());
        assertTrue(
                ran.out()
                        .contains(
                                """
                                %s:5:9: error FW-P014: mode cannot be enforced
                                     5 |   mode: enforced
                                       |         ^
                                       = hint: did you mean enforce?
                                """
                                        .formatted(file)),
                ran.out());
        assertTrue(ran.out().contains(file + ":3:25: error FW-P010: "), ran.out());
        assertTrue(ran.out().contains(file + ":6:3: error FW-P010: "), ran.out());
        assertTrue(ran.out().endsWith("1 file(s): 3 error(s), 0 warning(s)\n"), ran.out());
    }

    @Test
    void singleFilesAreNamedAsTheyWereGiven() throws IOException {
        Path file =
                Files.writeString(directory.resolve("one.yaml"), SOUND.replace("spec:", "specs:"));
        Ran ran = validate(file.toString());
        assertEquals(ExitCode.FAILED, ran.exitCode());
        assertTrue(ran.out().contains(file + ":4:1: error "), ran.out());
    }

    @Test
    void machinesGetTheSameListAsJson() throws JsonProcessingException, IOException {
        Files.writeString(directory.resolve("acme.yaml"), SOUND.replace("kind: E", "kind: X"));
        Ran ran = validate("--json", directory.toString());
        assertEquals(ExitCode.FAILED, ran.exitCode());
        JsonNode json = Json.read(ran.out());
        assertEquals(false, json.path("valid").asBoolean(true));
        JsonNode problem = json.path("problems").path(0);
        assertEquals("acme.yaml", problem.path("file").asText());
        assertEquals(2, problem.path("line").asInt());
        assertEquals("error", problem.path("severity").asText());
    }

    @Test
    void aDirectoryThatDoesNotExistIsAProblemToo() {
        Ran ran = validate(directory.resolve("nowhere").toString());
        assertEquals(ExitCode.USAGE, ran.exitCode());
        assertTrue(ran.err().contains("cannot read"), ran.err());
    }
}
