package io.fleetwall.cli.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Ran;
import io.fleetwall.cli.StubGateway;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FleetCommandsTest {
    private static final String EVENT =
            """
            {"cursor":5,"at":"2026-01-02T03:04:05Z","kind":"flow.denied","runner":"a","count":3,
            "job":{"repository":"acme/api","workflow":"build.yml","job":"build"},
            "destination":{"address":"203.0.113.66","port":443,"protocol":"tcp"},
            "judgement":{"reason":"denied-by-rule","file":"acme.yaml","line":7},
            "process":{"summary":"curl (pid 7, uid 1000, parents bash)"},"message":"blocked"}
            """
                    .replace("\n", "");

    private final StubGateway gateway = new StubGateway();

    FleetCommandsTest() throws IOException {}

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void runnersShowDesiredBesideApplied() {
        gateway.on(
                "GET /api/v1/runners",
                200,
                """
                {"runners":[{"node":"n1","runner":"a","state":"pending",
                 "desired":{"revision":3,"digest":"aaaaaaaaaaaaaaaa"},
                 "applied":{"revision":2,"digest":"bbbbbbbbbbbbbbbb"},
                 "job":{"repository":"acme/api","workflow":"build.yml","job":"build","runId":"4711"}}]}
                """);
        Ran ran = gateway.run("runners");
        assertEquals(ExitCode.OK, ran.exitCode());
        assertEquals(
                """
                NODE  RUNNER  STATE    DESIRED         APPLIED         JOB
                n1    a       pending  3 aaaaaaaaaaaa  2 bbbbbbbbbbbb  acme/api build.yml build #4711
                """,
                ran.out());
    }

    @Test
    void aFleetWithoutRunnersSaysHowToGetOne() {
        gateway.on("GET /api/v1/runners", 200, "{\"runners\":[]}");
        assertTrue(gateway.run("runners").out().contains("fleetwall enrol"));
    }

    @Test
    void anEventIsOneLineWithWhoWhereAndWhichRule() {
        gateway.on("GET /api/v1/events", 200, "{\"events\":[" + EVENT + "]}");
        Ran ran = gateway.run("events", "--kind", "flow.denied");
        assertEquals(
                "2026-01-02T03:04:05Z  flow.denied       a  acme/api build.yml build"
                        + "  curl (pid 7, uid 1000, parents bash)"
                        + "  -> 203.0.113.66 443/tcp  denied-by-rule acme.yaml:7  x3  blocked\n",
                ran.out());
        assertTrue(gateway.asked().getFirst().line().contains("kind=flow.denied"));
    }

    @Test
    void machinesGetOneObjectALine() {
        gateway.on("GET /api/v1/events", 200, "{\"events\":[" + EVENT + "]}");
        assertTrue(gateway.run("events", "--json").out().startsWith("{\"cursor\":5,"));
    }

    @Test
    void followingResumesBehindTheLastEventThatWasShown() {
        gateway.on("GET /api/v1/events", 200, "{\"events\":[" + EVENT + "]}")
                .on("GET /api/v1/events/stream", 401, "{}");
        Ran ran = gateway.run("events", "--follow");
        assertEquals(ExitCode.REFUSED, ran.exitCode(), "the stub ends the stream by a refusal");
        assertTrue(gateway.asked().get(1).line().startsWith("GET /api/v1/events/stream"));
    }

    @Test
    void anEnrolmentTokenIsPrintedWithTheFingerprintTheNodePins() {
        gateway.on(
                "POST /api/v1/enrolment-tokens",
                201,
                "{\"token\":\"fwt_new\",\"caFingerprint\":\"ab12\"}");
        Ran ran = gateway.run("enrol", "--node", "n7", "--ttl", "60");
        assertEquals("token:         fwt_new\ncaFingerprint: ab12\n", ran.out());
        assertEquals(
                "{\"node\":\"n7\",\"uses\":1,\"ttlSeconds\":60}",
                gateway.asked().getFirst().body());
    }

    @Test
    void aNodeIsTurnedAwayWithAReason() {
        gateway.on("POST /api/v1/nodes/n7/revoke", 200, "{\"node\":\"n7\",\"revoked\":true}");
        Ran ran = gateway.run("node", "revoke", "n7", "--reason", "stolen");
        assertEquals("node n7 revoked\n", ran.out());
        assertEquals("{\"reason\":\"stolen\"}", gateway.asked().getFirst().body());
    }
}
