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
                NODE  RUNNER  STATE    DESIRED         APPLIED         ATTESTED  JOB
                n1    a       pending  3 aaaaaaaaaaaa  2 bbbbbbbbbbbb  -         acme/api build.yml build #4711
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
    void everyPartOfAScopeCanBeAskedFor() {
        search(EVENT);
        gateway.run(
                "events query --organization o --workflow w --job j --run 7 --attempt 2 --actor a --ref r"
                        .concat(" --node n --runner x --verdict denied --text t")
                        .split(" ", -1));
        String asked = gateway.asked().getFirst().line().replace('+', ' ');
        for (String part :
                "organization,o workflow,w job,j runId,7 attempt,2 actor,a ref,r".split(" ", -1)) {
            assertTrue(asked.contains("job." + part.replace(",", " ~ \"") + '"'), part);
        }
        for (String part : "node,n runner,x judgement.verdict,denied".split(" ", -1)) {
            assertTrue(asked.contains(" " + part.replace(",", " ~ \"") + '"'), part);
        }
        assertTrue(asked.contains("&text=t&where="), asked);
    }

    @Test
    void anExportThatIsCutSaysSoWhereItDoesNotEndUpInTheFile() {
        search(EVENT + "," + EVENT);
        Ran cut = gateway.run("events", "query", "--format", "ndjson", "--limit", "2");
        assertEquals(2, cut.out().lines().count());
        assertTrue(cut.err().startsWith("stopped after 2 events, there may be more"), cut::err);
        assertEquals("", gateway.run("events", "query", "--limit", "3").err());
    }

    @Test
    void whatAJobChoseObeysNoTerminal() {
        String hostile = "a\\u001b[2Jb\\r\\n2026 flow.allowed\\u202ec\\u009b1mé";
        gateway.on(
                "GET /api/v1/events",
                200,
                "{\"events\":[" + EVENT.replace("blocked", hostile) + "]}");
        String out = gateway.run("events").out();
        assertTrue(out.endsWith("  x3  a?[2Jb??2026 flow.allowed?c?1mé\n"), out);
        assertEquals(1, out.lines().count());
        gateway.on(
                "GET /api/v1/webhooks/deliveries",
                200,
                "{\"deliveries\":[{\"id\":\"1\",\"target\":\"" + hostile + "\"}]}");
        assertEquals(2, gateway.run("webhook", "dead").out().lines().count());
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

    private void search(String events) {
        gateway.on(
                "GET /api/v1/events:search",
                200,
                "{\"events\":[" + events + "],\"complete\":true}");
    }

    @Test
    void theChainOfEventsIsFollowedToItsEnd() {
        gateway.on(
                "GET /api/v1/events:verify",
                200,
                "{\"flaws\":[],\"notes\":[\"links 1 to 2 were forgotten\"],\"links\":3,\"events\":70,"
                        + "\"complete\":false,\"link\":5,\"hash\":\"aa\",\"next\":\"/api/v1/part2\"}");
        String last =
                ",\"notes\":[],\"links\":1,\"events\":7,\"complete\":true,"
                        + "\"link\":6,\"hash\":\"bb\"}";
        gateway.on("GET /api/v1/part2", 200, "{\"flaws\":[]" + last);
        Ran ran = gateway.run("events", "verify", "--anchor", "5:aa");
        assertEquals(ExitCode.OK, ran.exitCode());
        assertEquals(
                """
                links 1 to 2 were forgotten
                77 events in 4 links: as they were stored
                anchor 6:bb
                """,
                ran.out());
        assertEquals("GET /api/v1/events:verify?anchor=5:aa", gateway.asked().getFirst().line());
        String flaw = "{\"flaws\":[\"link 6 is there twice\"]";
        gateway.on("GET /api/v1/part2", 200, flaw + last);
        Ran flawed = gateway.run("events", "verify");
        assertEquals(ExitCode.FAILED, flawed.exitCode());
        assertTrue(flawed.out().contains("FLAW: link 6 is there twice\n"), flawed::out);
    }

    @Test
    void nodesAreShownByLabelAndState() {
        gateway.on(
                "GET /api/v1/nodes",
                200,
                "{\"nodes\":[{\"node\":\"n1\",\"state\":\"here\",\"runners\":3,\"behind\":1,"
                        + "\"agentVersion\":\"0.9\",\"kernel\":\"6.18\","
                        + "\"capabilities\":{\"tcx\":\"missing\",\"btf\":\"present\",\"jit\":\"missing\"},"
                        + "\"lastSeen\":\"2026-11-22T10:00:00Z\"}]}");
        Ran ran = gateway.run("nodes", "--label", "x y", "--state", "behind");
        assertEquals(ExitCode.OK, ran.exitCode());
        assertTrue(ran.out().contains("n1"), ran::out);
        assertTrue(ran.out().contains("6.18"), ran::out);
        assertTrue(ran.out().contains(" tcx,jit "), ran::out);
        assertEquals(
                "GET /api/v1/nodes?label=x y&state=behind",
                gateway.asked().getFirst().line().replace('+', ' '));
        gateway.run("runners", "--state", "lost");
        assertEquals("GET /api/v1/runners?state=lost", gateway.asked().getLast().line());
    }

    @Test
    void aRunnerIsShownWithHowItsKernelWasFound() {
        gateway.on(
                "GET /api/v1/runners",
                200,
                "{\"runners\":[{\"node\":\"n1\",\"attestation\":{\"state\":\"repaired\","
                        + "\"at\":\"2026-11-22T10:00:00Z\",\"kind\":\"tamper.detached\"}},"
                        + "{\"node\":\"n2\"}]}");
        String out = gateway.run("runners").out();
        assertTrue(out.contains("repaired 2026-11-22T10:00:00Z (tamper.detached)"), out);
    }

    @Test
    void listsAreFollowedToTheirLastPage() {
        gateway.on(
                "GET /api/v1/runners",
                200,
                "{\"runners\":[{\"node\":\"n1\"}],\"next\":\"/api/v1/page2?cursor=x\"}");
        gateway.on("GET /api/v1/page2", 200, "{\"runners\":[{\"node\":\"n2\"}]}");
        Ran ran = gateway.run("runners");
        assertTrue(ran.out().contains("n1") && ran.out().contains("n2"), ran::out);
        assertEquals("GET /api/v1/page2?cursor=x", gateway.asked().get(1).line());
        assertTrue(gateway.run("runners", "--json").out().contains("n2"));
    }

    @Test
    void optionsOfAQueryBecomeOneCondition() {
        search(EVENT);
        Ran ran =
                gateway.run(
                        "events",
                        "query",
                        "--repository",
                        "acme/*",
                        "--destination",
                        "x\"y",
                        "--where",
                        "count > 1 or count == 0",
                        "--format",
                        "ndjson");
        assertEquals(ExitCode.OK, ran.exitCode());
        assertTrue(ran.out().startsWith("{\"cursor\":5"), ran::out);
        assertEquals(
                "GET /api/v1/events:search?limit=1000&where=job.repository ~ \"acme/*\" and"
                        + " (destination.name ~ \"x\\\"y\" or destination.address ~ \"x\\\"y\")"
                        + " and (count > 1 or count == 0)",
                gateway.asked().getFirst().line().replace('+', ' '));
    }

    @Test
    void nothingIsPurgedUnlessItIsSaidWhich() {
        assertEquals(ExitCode.USAGE, gateway.run("webhook", "purge").exitCode());
        assertTrue(gateway.asked().isEmpty());
        gateway.on("POST /api/v1/webhooks:purge", 200, "{\"purged\":2}");
        assertEquals("2 purged\n", gateway.run("webhook", "purge", "--target", "siem").out());
        assertEquals("{\"target\":\"siem\"}", gateway.asked().getFirst().body());
    }

    @Test
    void aTestOfATargetWaitsForItsOutcome() {
        gateway.on("POST /api/v1/webhooks:test", 201, "{\"id\":\"t1\"}");
        gateway.on(
                "GET /api/v1/webhooks/deliveries",
                200,
                "{\"deliveries\":[{\"state\":\"waiting\",\"last\":{\"outcome\":\"status 500\"}}]}");
        Ran ran = gateway.run("webhook", "test", "siem");
        assertEquals(ExitCode.FAILED, ran.exitCode());
        assertEquals("not delivered: status 500\n", ran.out());
    }

    @Test
    void aMuteSaysForHowLong() {
        gateway.on("POST /api/v1/mutes", 201, "{\"id\":\"m1\",\"until\":\"T\"}");
        String[] words = {"mute", "add", "kind == loss", "--reason", "r", "--for", "2h"};
        assertEquals("m1 until T\n", gateway.run(words).out());
        assertTrue(gateway.asked().getFirst().body().contains("\"seconds\":7200"));
        words[6] = "long";
        assertEquals(ExitCode.USAGE, gateway.run(words).exitCode());
    }

    @Test
    void baselinesAreListedShownWithTheirDestinationsAndReset() {
        gateway.on(
                "GET /api/v1/baselines",
                200,
                "{\"baselines\":[{\"id\":\"b1\",\"repository\":\"acme/api\",\"workflow\":\"build\","
                        + "\"runs\":11,\"learnedAt\":\"T\",\"lastSeen\":\"U\"}]}");
        Ran list = gateway.run("baseline", "show", "--repository", "acme/api");
        assertTrue(list.out().matches("(?s).*b1 +acme/api +build +11 +learned +U.*"), list.out());
        assertEquals(
                "GET /api/v1/baselines?repository=acme/api&workflow=",
                gateway.asked().getFirst().line());
        gateway.on(
                "GET /api/v1/baselines/b1",
                200,
                "{\"destinations\":[{\"name\":\"evil.example\",\"port\":443,\"protocol\":\"tcp\","
                        + "\"runs\":1,\"verdicts\":[\"allowed\",\"denied\"],\"firstSeen\":\"T\","
                        + "\"deviatedAt\":\"T\"}]}");
        String shown = gateway.run("baseline", "show", "b1").out();
        assertTrue(
                shown.matches("(?s).*evil.example +443 +tcp +1 +allowed, denied +T +deviation.*"),
                shown);
        gateway.on("POST /api/v1/baselines:reset", 200, "{\"reset\":\"b1\"}");
        assertEquals("reset\n", gateway.run("baseline", "reset", "b1").out());
        assertEquals("{\"id\":\"b1\"}", gateway.asked().getLast().body());
        assertEquals(ExitCode.REFUSED, gateway.run("baseline", "show", "b2").exitCode());
    }

    @Test
    void aNodeIsTurnedAwayWithAReason() {
        gateway.on("POST /api/v1/nodes/n7/revoke", 200, "{\"node\":\"n7\",\"revoked\":true}");
        Ran ran = gateway.run("node", "revoke", "n7", "--reason", "stolen");
        assertEquals("node n7 revoked\n", ran.out());
        assertEquals("{\"reason\":\"stolen\"}", gateway.asked().getFirst().body());
    }
}
