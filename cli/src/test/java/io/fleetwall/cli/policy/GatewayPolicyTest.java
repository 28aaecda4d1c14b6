package io.fleetwall.cli.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Ran;
import io.fleetwall.cli.StubGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Publishing, history, show, diff and rollback against a gateway that answers as the API says. */
class GatewayPolicyTest {
    private static final String PUBLISH = "POST /api/v1/policies:publish";
    private static final String PUBLISHED =
            "{\"revision\":8,\"digest\":\"0123456789abcdef\",\"changed\":true,\"warnings\":[]}";
    private static final String APPLIED =
            "{\"revision\":8,\"runners\":2,\"applied\":2,\"refused\":0,\"pending\":0,\"lastMillis\":12.5}";

    @TempDir private Path directory = Path.of("");

    private StubGateway gateway = new StubGateway();

    GatewayPolicyTest() throws IOException {}

    @BeforeEach
    void write() throws IOException {
        Files.writeString(directory.resolve("a.yaml"), "one\ntwo\nthree\n");
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void publishSendsTheFilesAndWaitsForTheRunners() {
        gateway.on(PUBLISH, 201, PUBLISHED).on("GET /api/v1/rollouts/8", 200, APPLIED);
        Ran ran =
                gateway.run(
                        "policy", "publish", directory.toString(), "-m", "why", "--expect", "7");
        assertEquals(ExitCode.OK, ran.exitCode(), ran.err());
        assertEquals(
                "revision 8 published, digest 0123456789ab\napplied 2/2 in 12.5 ms\n", ran.out());
        String body = gateway.asked().getFirst().body();
        assertTrue(body.contains("{\"path\":\"a.yaml\",\"text\":\"one\\ntwo\\nthree\\n\"}"), body);
        assertTrue(body.contains("\"message\":\"why\",\"expectedRevision\":7"), body);
        assertTrue(gateway.asked().get(1).line().contains("wait=applied"));
    }

    @Test
    void aRolloutThatDoesNotCompleteIsAFailure() {
        gateway.on(PUBLISH, 201, PUBLISHED)
                .on(
                        "GET /api/v1/rollouts/8",
                        200,
                        APPLIED.replace("\"pending\":0", "\"pending\":1"));
        Ran ran = gateway.run("policy", "publish", directory.toString(), "--timeout", "1");
        assertEquals(ExitCode.FAILED, ran.exitCode());
        assertTrue(ran.out().contains(", 1 pending"), ran.out());
    }

    @Test
    void whoDoesNotWaitIsNotKeptWaiting() {
        gateway.on(PUBLISH, 201, PUBLISHED);
        Ran ran = gateway.run("policy", "publish", directory.toString(), "--no-wait");
        assertEquals(ExitCode.OK, ran.exitCode());
        assertEquals(1, gateway.asked().size());
    }

    @Test
    void refusedPoliciesAreShownWithTheirLines() {
        gateway.on(
                PUBLISH,
                422,
                """
                {"code":"FW-A422","detail":"1 problem(s); the running revision stays.","problems":[
                 {"severity":"error","code":"FW-P010","file":"a.yaml","line":2,"column":1,
                  "message":"unknown key two","hint":"remove it"}]}
                """);
        Ran ran = gateway.run("policy", "publish", directory.toString());
        assertEquals(ExitCode.FAILED, ran.exitCode());
        assertTrue(ran.out().contains("a.yaml:2:1: error FW-P010: unknown key two\n"), ran.out());
        assertTrue(ran.out().contains("     2 | two\n       | ^\n"), ran.out());
        assertTrue(ran.out().endsWith("FW-A422: 1 problem(s); the running revision stays.\n"));
    }

    @Test
    void whatWaitsForASecondPersonIsSaidAndNotFollowed() {
        gateway.on(
                PUBLISH,
                202,
                PUBLISHED.replace("}", ",\"proposal\":\"0f-1\"}").replace("true", "false"));
        Ran ran = gateway.run("policy", "publish", directory.toString());
        assertEquals(ExitCode.OK, ran.exitCode(), ran.err());
        assertEquals(
                "proposal 0f-1 waits until somebody else approves it; revision 8 stays\n",
                ran.out());
        assertEquals(1, gateway.asked().size());
    }

    @Test
    void proposalsAreLookedAtApprovedAndRejected() {
        String path = " /api/v1/policies/proposals";
        String one =
                "{\"id\":\"0f-1\",\"base\":7,\"at\":\"T\",\"by\":\"token:a\",\"message\":\"why\"";
        gateway.on("GET" + path, 200, "{\"proposals\":[" + one + "}]}")
                .on(
                        "GET" + path + "/0f-1",
                        200,
                        one + ",\"files\":[{\"path\":\"a.yaml\",\"text\":\"one\\n\"}]}")
                .on("POST" + path + "/0f-1/approve", 201, PUBLISHED)
                .on("POST" + path + "/0f-1/reject", 200, "{\"id\":\"0f-1\",\"rejected\":true}")
                .on("GET /api/v1/rollouts/8", 200, APPLIED);
        assertTrue(gateway.run("policy", "proposal", "list").out().contains("token:a"));
        String shown = gateway.run("policy", "proposal", "show", "0f-1").out();
        assertTrue(shown.endsWith("by token:a: why\n# --- a.yaml\none\n"), shown);
        Ran approved = gateway.run("policy", "proposal", "approve", "0f-1");
        assertEquals(ExitCode.OK, approved.exitCode(), approved.err());
        assertTrue(approved.out().endsWith("applied 2/2 in 12.5 ms\n"), approved.out());
        assertEquals("rejected\n", gateway.run("policy", "proposal", "reject", "0f-1").out());
        assertEquals(ExitCode.USAGE, gateway.run("policy", "proposal", "show", "../x").exitCode());
    }

    @Test
    void aConflictIsARefusal() {
        gateway.on(PUBLISH, 409, "{\"code\":\"FW-A409\",\"detail\":\"Expected 7, head is 9.\"}");
        Ran ran = gateway.run("policy", "publish", directory.toString(), "--expect", "7");
        assertEquals(ExitCode.REFUSED, ran.exitCode());
        assertTrue(ran.err().contains("FW-A409"), ran.err());
    }

    @Test
    void rollbackNamesTheRevisionAndWaits() {
        gateway.on("POST /api/v1/policies:rollback", 201, PUBLISHED)
                .on("GET /api/v1/rollouts/8", 200, APPLIED);
        Ran ran = gateway.run("policy", "rollback", "6", "--json");
        assertEquals(ExitCode.OK, ran.exitCode());
        assertEquals("{\"to\":6}", gateway.asked().getFirst().body());
        assertTrue(ran.out().contains("\"lastMillis\" : 12.5"), ran.out());
    }

    @Test
    void historyIsATable() {
        gateway.on(
                "GET /api/v1/policies/revisions",
                200,
                """
                {"revisions":[{"revision":2,"digest":"abcdef0123456789","at":"2026-01-02T03:04:05Z",
                 "by":"token:1","cause":"api","message":"second"}]}
                """);
        Ran ran = gateway.run("policy", "history", "--limit", "1");
        assertEquals(
                """
                REVISION  DIGEST        AT                    BY       CAUSE  MESSAGE
                2         abcdef012345  2026-01-02T03:04:05Z  token:1  api    second
                """,
                ran.out());
    }

    @Test
    void diffComparesTheHeadWithADirectory() {
        gateway.on(
                "GET /api/v1/policies/revisions/head",
                200,
                "{\"revision\":1,\"files\":[{\"path\":\"a.yaml\",\"text\":\"one\\n2\\nthree\\n\"},"
                        + "{\"path\":\"gone.yaml\",\"text\":\"x\\n\"}]}");
        Ran ran = gateway.run("policy", "diff", "--directory", directory.toString());
        assertEquals(
                """
                --- a.yaml
                +++ a.yaml
                @@ -1,3 +1,3 @@
                 one
                -2
                +two
                 three
                --- gone.yaml
                +++ /dev/null
                @@ -1,1 +0,0 @@
                -x
                """,
                ran.out());
    }

    @Test
    void whatIsNoRevisionIsNotAskedFor() {
        Ran ran = gateway.run("policy", "show", "../tokens");
        assertEquals(ExitCode.USAGE, ran.exitCode());
        assertFalse(ran.err().isEmpty());
        assertTrue(gateway.asked().isEmpty());
    }
}
