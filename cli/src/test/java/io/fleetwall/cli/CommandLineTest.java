package io.fleetwall.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for all commands: usage, reachability, refusals, and where the token goes. */
class CommandLineTest {
    @Test
    void anUnknownCommandIsAUsageErrorWithASuggestion() {
        Ran ran = Ran.with(Map.of(), "polcy");
        assertEquals(ExitCode.USAGE, ran.exitCode());
        assertTrue(ran.err().contains("policy"), ran.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"policy", "runners", "events", "job", "enrol", "doctor"})
    void everyCommandHasHelp(String command) {
        Ran ran = Ran.with(Map.of(), command, "--help");
        assertEquals(ExitCode.OK, ran.exitCode());
        assertTrue(ran.out().startsWith("Usage: fleetwall " + command), ran.out());
    }

    @Test
    void aGatewayThatIsNotThereIsToldFromOneThatRefuses() throws IOException {
        Ran nobody = Ran.with(Map.of("FLEETWALL_API", "http://127.0.0.1:1"), "runners");
        assertEquals(ExitCode.UNREACHABLE, nobody.exitCode());
        assertTrue(nobody.err().contains("FLEETWALL_API"), nobody.err());
        try (StubGateway gateway = new StubGateway()) {
            gateway.on(
                    "GET /api/v1/runners",
                    401,
                    "{\"title\":\"Who are you?\",\"code\":\"FW-A401\"}");
            Ran refused = gateway.run("runners");
            assertEquals(ExitCode.REFUSED, refused.exitCode());
            assertTrue(refused.err().contains("FW-A401: Who are you?"), refused.err());
            assertTrue(refused.err().contains("FLEETWALL_TOKEN"), refused.err());
        }
    }

    @Test
    void anAnswerThatIsNoJsonIsNotTakenForAGateway() throws IOException {
        try (StubGateway gateway = new StubGateway()) {
            gateway.on("GET /api/v1/runners", 200, "<html>");
            Ran ran = gateway.run("runners");
            assertEquals(ExitCode.UNREACHABLE, ran.exitCode());
            assertTrue(ran.err().contains("not as a Fleetwall gateway"), ran.err());
        }
    }

    @Test
    void theTokenIsSentToTheGatewayAndShownNowhere() throws IOException {
        try (StubGateway gateway = new StubGateway()) {
            gateway.on("GET /api/v1/runners", 403, "{}");
            Ran ran = gateway.run("runners");
            assertEquals("Bearer fwt_secret", gateway.asked().getFirst().authorization());
            assertFalse((ran.out() + ran.err()).contains("fwt_secret"));
        }
    }

    @Test
    void theTokenIsNotSentInClearTextToAnotherMachine() {
        Ran ran =
                Ran.with(
                        Map.of("FLEETWALL_API", "http://192.0.2.1:7070", "FLEETWALL_TOKEN", "t"),
                        "runners");
        assertEquals(ExitCode.USAGE, ran.exitCode());
        assertTrue(ran.err().contains("clear text"), ran.err());
    }

    @Test
    void doctorNamesWhatIsMissingAndItsRemedy() {
        Ran ran = Ran.with(Map.of("PATH", "/nonexistent"), "doctor", "--json");
        assertTrue(ran.out().contains("\"area\" : \"gateway\""), ran.out());
        assertTrue(ran.out().contains("apt-get install"), ran.out());
    }
}
