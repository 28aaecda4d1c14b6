package io.fleetwall.cli.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Ran;
import io.fleetwall.cli.StubGateway;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SigningKeyCommandTest {
    private static final String TWO =
            """
            {"statement":1,"keys":[{"id":"0a","key":"MCow","signs":false},
                                   {"id":"1b","key":"MCox","signs":true}]}
            """;
    private final StubGateway gateway = new StubGateway();

    SigningKeyCommandTest() throws IOException {}

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void theKeysAreShownWithTheOneThatSigns() {
        gateway.on("GET /api/v1/signing-keys", 200, TWO);
        assertEquals(
                """
                ID  SIGNS    KEY
                0a  no more  MCow
                1b  yes      MCox
                """,
                gateway.run("signing-key", "list").out());
        assertTrue(gateway.run("signing-key", "list", "--json").out().contains("\"statement\""));
    }

    @Test
    void aKeyIsRotatedAndTheOneBeforeRetired() {
        gateway.on("POST /api/v1/signing-keys:rotate", 200, TWO);
        Ran rotated = gateway.run("signing-key", "rotate");
        assertEquals(ExitCode.OK, rotated.exitCode(), rotated.toString());
        assertEquals("{}", gateway.asked().getLast().body());
        gateway.on(
                "POST /api/v1/signing-keys:retire",
                409,
                "{\"code\":\"FW-A409\",\"title\":\"The keys stay as they are\",\"detail\":\"none\"}");
        Ran refused = gateway.run("signing-key", "retire");
        assertEquals(ExitCode.REFUSED, refused.exitCode());
        assertTrue(refused.err().contains("FW-A409"), refused.err());
    }
}
