package io.fleetwall.cli.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Ran;
import io.fleetwall.cli.StubGateway;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenCommandTest {
    private final StubGateway gateway = new StubGateway();

    TokenCommandTest() throws IOException {}

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void aNewTokenIsPrintedAlone() {
        gateway.on("POST /api/v1/tokens", 201, "{\"token\":\"fwt_new\",\"id\":\"1\"}");
        Ran ran =
                gateway.run(
                        "token",
                        "create",
                        "--name",
                        "ci",
                        "--role",
                        "author",
                        "--area",
                        "policies",
                        "--days",
                        "7");
        assertEquals("fwt_new\n", ran.out());
        assertEquals(
                "{\"name\":\"ci\",\"role\":\"author\",\"areas\":[\"policies\"],\"ttlSeconds\":604800}",
                gateway.asked().getFirst().body());
    }

    @Test
    void theListSaysWhatEachTokenMay() {
        gateway.on(
                "GET /api/v1/tokens",
                200,
                """
                {"tokens":[
                 {"id":"1f","kind":"api","name":"ci","role":"author","areas":["policies"],
                  "expires":"2026-05-01T00:00:00Z"},
                 {"id":"2e","kind":"enrolment","node":"","usesLeft":3,
                  "expires":"2026-05-02T00:00:00Z","revoked":"2026-04-01T00:00:00Z"}]}
                """);
        assertEquals(
                """
                ID  FOR        MAY                 EXPIRES               STATE
                1f  ci         author of policies  2026-05-01T00:00:00Z  good
                2e  enrolment  enrol nodes x3      2026-05-02T00:00:00Z  revoked
                """,
                gateway.run("token", "list").out());
    }

    @Test
    void aTokenIsTakenBackByItsId() {
        gateway.on("DELETE /api/v1/tokens/1f", 200, "{\"id\":\"1f\",\"revoked\":true}");
        assertEquals(ExitCode.OK, gateway.run("token", "revoke", "1f").exitCode());
        Ran unknown = gateway.run("token", "revoke", "../x");
        assertEquals(ExitCode.REFUSED, unknown.exitCode());
        assertTrue(gateway.asked().getLast().line().startsWith("DELETE /api/v1/tokens/"));
    }
}
