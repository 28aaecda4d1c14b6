package io.fleetwall.node.enforce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten minutes without a gateway, over restarts of the agent and of the machine. */
class GatewaySilenceTest {
    private static final Duration MOST = Duration.ofMinutes(10);

    @TempDir Path state;
    private String boot = "first";
    private long minutes = 1_000;

    private GatewaySilence open() {
        return GatewaySilence.open(
                state,
                MOST,
                new GatewaySilence.Clock(boot, () -> Duration.ofMinutes(minutes).toNanos()));
    }

    private void pass(GatewaySilence silence, int count) {
        for (int i = 0; i < count; i++) {
            minutes++;
            silence.tick();
        }
    }

    @Test
    void silence_that_lasts_is_too_long_and_a_word_of_a_gateway_ends_it() {
        GatewaySilence silence = open();
        pass(silence, 9);
        assertFalse(silence.tooLong());
        pass(silence, 1);
        assertTrue(silence.tooLong());
        silence.lost();
        pass(silence, 1);
        assertTrue(silence.tooLong(), "losing what is not there changes nothing");
        assertTrue(silence.heard());
        assertFalse(silence.tooLong());
        pass(silence, 100);
        assertFalse(silence.tooLong(), "while the link is there");
        silence.lost();
        pass(silence, 9);
        assertFalse(silence.tooLong());
        assertFalse(silence.heard(), "there was nothing to end");
        silence.lost();
        pass(silence, 9);
        assertFalse(silence.tooLong(), "counted from the last word");
    }

    @Test
    void a_restart_of_the_agent_neither_begins_nor_ends_a_silence() {
        GatewaySilence silence = open();
        silence.heard();
        pass(silence, 100);
        silence = open();
        assertFalse(silence.tooLong(), "killed while the gateway was heard");
        pass(silence, 5);
        silence = open();
        pass(silence, 4);
        assertFalse(silence.tooLong());
        minutes += 1;
        assertTrue(open().tooLong(), "it ran on while no agent did");
        assertTrue(open().tooLong());
        assertTrue(open().heard());
        assertFalse(open().tooLong());
    }

    @Test
    void a_restart_of_the_machine_does_not_end_it_and_time_switched_off_does_not_count() {
        GatewaySilence silence = open();
        pass(silence, 6);
        boot = "second";
        minutes = 1;
        silence = open();
        pass(silence, 2);
        assertFalse(silence.tooLong(), "six and three minutes");
        pass(silence, 1);
        assertTrue(silence.tooLong(), "six and four minutes");
        boot = "third";
        minutes = 0;
        silence = open();
        assertTrue(silence.tooLong(), "only a gateway ends it");
        silence.heard();
        boot = "fourth";
        assertFalse(open().tooLong());
    }

    @Test
    void what_cannot_be_read_counts_as_too_long() throws IOException {
        open();
        Path file = state.resolve("gateway-silence.json");
        String good = Files.readString(file);
        for (String bad :
                new String[] {
                    "",
                    "{}",
                    "{\"heardNanos\":\"x\"}",
                    new JsonObject(good).put("heardNanos", Long.MAX_VALUE).encode(),
                    new JsonObject(good).put("heardNanos", 1).put("boot", 7).encode()
                }) {
            Files.writeString(file, bad);
            assertTrue(open().tooLong(), bad);
        }
        Files.writeString(file, good);
        assertFalse(open().tooLong());
        Files.delete(file);
        assertFalse(open().tooLong(), "a first start");
    }

    @Test
    void a_disk_that_fails_does_not_keep_a_silence_from_being_too_long() throws IOException {
        GatewaySilence silence = open();
        Files.delete(state.resolve("gateway-silence.json"));
        Files.createDirectories(state.resolve("gateway-silence.json").resolve("in the way"));
        pass(silence, 10);
        assertTrue(silence.tooLong());
        assertEquals(0, Duration.ofMinutes(minutes).compareTo(Duration.ofMinutes(1_010)));
        assertTrue(open().tooLong());
    }
}
