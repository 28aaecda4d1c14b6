package io.fleetwall.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetwall.gateway.AnswersInOpenApi.Got;
import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.config.Network;
import io.fleetwall.gateway.config.Secret;
import io.fleetwall.gateway.config.Tuning;
import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.protocol.event.Destination;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.Judgement;
import io.fleetwall.protocol.event.UuidV7;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.Attestation;
import io.fleetwall.protocol.message.Capability;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.EventAck;
import io.fleetwall.protocol.message.EventBatch;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.NodeState;
import io.fleetwall.protocol.message.RunnerReport;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every operation of a gateway at work answers as the document that it serves says. */
final class OpenApiAnswersTest {
    private static final UUID BOOT = UUID.randomUUID();
    private static final Job JOB =
            new Job("acme", "acme/api", "build.yml", "test", "refs/heads/main", "7", 1, "eve");
    private static final String POLICY = GatewayUnderTest.ALLOW_NPM;

    @TempDir Path state;
    private final HttpClient http = HttpClient.newHttpClient();
    private GatewayUnderTest gateway;
    private TestNode node;
    private AnswersInOpenApi document;

    /** A request, and the status it should get. */
    private record Call(String operation, String path, String body, int status) {
        static Call get(String operation, String path, int status) {
            return new Call(operation, path, "", status);
        }
    }

    @BeforeEach
    void start() {
        var target =
                new GatewayConfig.Target(
                        "nobody-there",
                        GatewayConfig.Format.GENERIC,
                        new Secret("http://127.0.0.1:9/"),
                        Optional.of(new Secret("a2V5LW9mLXRoZS1yZWNlaXZlcg==")),
                        Set.of("flow.*"),
                        Tuning.of(GatewayConfig.Format.GENERIC));
        var webhooks =
                new GatewayConfig.Webhooks(
                        List.of(Network.parse("127.0.0.0/8").orElseThrow()),
                        Duration.ofMillis(50),
                        List.of(target));
        gateway = GatewayUnderTest.start(state, c -> GatewayUnderTest.alerting(c, webhooks));
        document = new AnswersInOpenApi(gateway.get("/api/v1/openapi.json").body());
        gateway.publish(POLICY);
        node = TestNode.connect(gateway, TestNode.enrol(gateway, "n"));
        Scope scope = new Scope(new TreeSet<>(List.of("linux")), Optional.of(JOB));
        RunnerReport runner = new RunnerReport("a", "veth-a", scope, 0, Digest.NONE);
        node.say(new Hello(1, "n", BOOT, "test", "6.18", List.of(runner)));
        var policy = node.next(Desired.class).policy();
        node.say(new Applied("a", policy.revision(), policy.scope(), policy.policy(), 7));
        Instant at = Instant.parse("2026-11-22T10:00:00Z");
        var finding = new Attestation.Finding(EventKind.TAMPER_TABLE, at, "a table was changed");
        node.say(
                new NodeState(
                        List.of(new Capability("tcx", Capability.Presence.PRESENT)),
                        List.of(new Attestation("a", at, Optional.of(finding)))));
        node.say(new EventBatch(BOOT, 1, List.of(denied())));
        node.next(EventAck.class);
        Eventually.holds("it is learned", () -> !baselines().isEmpty());
        Eventually.holds("a delivery failed", () -> deliveries().contains("\"last\""));
    }

    @AfterEach
    void stop() {
        node.close();
        gateway.close();
        http.close();
    }

    private String deliveries() {
        return gateway.get("/api/v1/webhooks/deliveries").body().encode();
    }

    private JsonArray baselines() {
        return gateway.get("/api/v1/baselines").body().getJsonArray("baselines");
    }

    private static Event denied() {
        return new Event(
                new UuidV7(InstantSource.system(), new Random(1)).next(),
                Instant.parse("2026-11-22T10:00:00Z"),
                "n",
                "a",
                EventKind.FLOW_DENIED,
                Optional.of(JOB),
                Optional.of(new Destination("192.0.2.1", 443, "tcp", "evil.example")),
                Optional.of(new Judgement("denied-by-default", Mode.ENFORCE, 1, "", "", "", 0)),
                1,
                "blocked");
    }

    private String made(String path, String body, String member) {
        return gateway.post(path, new JsonObject(body)).body().getString(member);
    }

    private List<Call> calls() {
        String files = GatewayUnderTest.publication(Map.of("acme.yaml", POLICY)).encode();
        String more =
                GatewayUnderTest.publication(Map.of("acme.yaml", GatewayUnderTest.ALLOW_PYPI))
                        .encode();
        String broken = GatewayUnderTest.publication(Map.of("acme.yaml", "kind: x")).encode();
        String mute =
                "{\"picks\":\"kind == \\\"flow.denied\\\"\",\"reason\":\"test\",\"seconds\":60}";
        String muted = made("/api/v1/mutes", mute, "id");
        String baseline = baselines().getJsonObject(0).getString("id");
        String tokenId = made("/api/v1/tokens", "{\"name\":\"t\",\"role\":\"viewer\"}", "id");
        return List.of(
                Call.get("live", "/api/v1/health/live", 200),
                Call.get("ready", "/api/v1/health/ready", 200),
                Call.get("openapi", "/api/v1/openapi.json", 200),
                Call.get("metrics", "/metrics", 200),
                new Call("validatePolicies", "/api/v1/policies:validate", more, 200),
                new Call("validatePolicies", "/api/v1/policies:validate", broken, 422),
                new Call("validatePolicies", "/api/v1/policies:validate", "[]", 400),
                new Call("publishPolicies", "/api/v1/policies:publish", files, 200),
                new Call("publishPolicies", "/api/v1/policies:publish", more, 201),
                new Call("publishPolicies", "/api/v1/policies:publish", broken, 422),
                Call.get("listProposals", "/api/v1/policies/proposals?limit=5", 200),
                Call.get("getProposal", "/api/v1/policies/proposals/none", 404),
                new Call("approveProposal", "/api/v1/policies/proposals/none/approve", "{}", 404),
                new Call("rejectProposal", "/api/v1/policies/proposals/none/reject", "{}", 404),
                new Call(
                        "publishPolicies",
                        "/api/v1/policies:publish",
                        new JsonObject(files).put("expectedRevision", 1).encode(),
                        409),
                new Call(
                        "publishPolicies",
                        "/api/v1/policies:publish",
                        "{\"message\":\"" + "x".repeat(2 << 20) + "\"}",
                        413),
                new Call("rollBackPolicies", "/api/v1/policies:rollback", "{\"to\":1}", 201),
                new Call("rollBackPolicies", "/api/v1/policies:rollback", "{\"to\":1}", 200),
                new Call("rollBackPolicies", "/api/v1/policies:rollback", "{\"to\":99}", 404),
                new Call(
                        "explainVerdict",
                        "/api/v1/policies:explain",
                        "{\"scope\":{\"labels\":[\"linux\"],\"repository\":\"acme/api\"},"
                                + "\"destination\":{\"host\":\"registry.npmjs.org\"}}",
                        200),
                new Call("explainVerdict", "/api/v1/policies:explain", "{}", 400),
                Call.get("listRevisions", "/api/v1/policies/revisions?limit=1", 200),
                Call.get("listRevisions", "/api/v1/policies/revisions?limit=x", 400),
                Call.get("getRevision", "/api/v1/policies/revisions/head", 200),
                Call.get("getRevision", "/api/v1/policies/revisions/99", 404),
                Call.get("listNodes", "/api/v1/nodes?label=linux", 200),
                Call.get("listNodes", "/api/v1/nodes?state=x", 400),
                Call.get("getNode", "/api/v1/nodes/n", 200),
                Call.get("getNode", "/api/v1/nodes/m", 404),
                Call.get("listRunners", "/api/v1/runners", 200),
                Call.get("getRunner", "/api/v1/runners/n/a", 200),
                Call.get("getRunner", "/api/v1/runners/n/b", 404),
                Call.get("getRollout", "/api/v1/rollouts/1", 200),
                Call.get("getRollout", "/api/v1/rollouts/1?wait=applied", 200),
                Call.get("getRollout", "/api/v1/rollouts/x", 400),
                Call.get("listEvents", "/api/v1/events", 200),
                Call.get("streamEvents", "/api/v1/events/stream", 200),
                Call.get("streamEvents", "/api/v1/events/stream?after=x", 400),
                Call.get("searchEvents", "/api/v1/events:search?text=evil&limit=1", 200),
                Call.get("searchEvents", "/api/v1/events:search?where=%3D%3D", 400),
                Call.get("verifyEvents", "/api/v1/events:verify", 200),
                Call.get("verifyEvents", "/api/v1/events:verify?anchor=1", 400),
                Call.get("listDeliveries", "/api/v1/webhooks/deliveries", 200),
                new Call("replayDeliveries", "/api/v1/webhooks:replay", "{\"all\":true}", 200),
                new Call("purgeDeliveries", "/api/v1/webhooks:purge", "{\"all\":true}", 200),
                new Call("purgeDeliveries", "/api/v1/webhooks:purge", "{}", 400),
                new Call(
                        "testTarget",
                        "/api/v1/webhooks:test",
                        "{\"target\":\"nobody-there\"}",
                        201),
                new Call("testTarget", "/api/v1/webhooks:test", "{\"target\":\"x\"}", 404),
                new Call("mute", "/api/v1/mutes", mute, 201),
                new Call("mute", "/api/v1/mutes", "{\"x\":1}", 400),
                Call.get("listMutes", "/api/v1/mutes", 200),
                new Call(
                        "previewMute",
                        "/api/v1/mutes:preview",
                        "{\"picks\":\"kind == \\\"flow.denied\\\"\"}",
                        200),
                new Call("endMute", "/api/v1/mutes:end", "{\"id\":\"" + muted + "\"}", 200),
                new Call("endMute", "/api/v1/mutes:end", "{\"id\":\"x\"}", 404),
                Call.get("listIncidents", "/api/v1/incidents", 200),
                Call.get("listBaselines", "/api/v1/baselines?repository=acme/api", 200),
                Call.get("listBaselines", "/api/v1/baselines?cursor=x", 400),
                Call.get("getBaseline", "/api/v1/baselines/" + baseline, 200),
                Call.get("getBaseline", "/api/v1/baselines/x", 404),
                new Call(
                        "resetBaseline",
                        "/api/v1/baselines:reset",
                        "{\"id\":\"" + baseline + "\"}",
                        200),
                new Call("resetBaseline", "/api/v1/baselines:reset", "{\"id\":\"x\"}", 404),
                Call.get("getIdentity", "/api/v1/identity", 200),
                new Call("createEnrolmentToken", "/api/v1/enrolment-tokens", "{}", 201),
                new Call(
                        "createEnrolmentToken",
                        "/api/v1/enrolment-tokens",
                        "{\"node\":\"m\",\"uses\":2,\"ttlSeconds\":60}",
                        201),
                new Call("createEnrolmentToken", "/api/v1/enrolment-tokens", "{\"uses\":0}", 400),
                new Call(
                        "createToken",
                        "/api/v1/tokens",
                        "{\"name\":\"t\",\"role\":\"author\"}",
                        201),
                new Call("createToken", "/api/v1/tokens", "{}", 400),
                Call.get("listTokens", "/api/v1/tokens", 200),
                Call.get("listTokens", "/api/v1/tokens?limit=1", 200),
                Call.get("listAudit", "/api/v1/audit?limit=2", 200),
                Call.get("listAudit", "/api/v1/audit?cursor=x", 400),
                Call.get("revokeToken", "/api/v1/tokens/" + tokenId, 200),
                Call.get("revokeToken", "/api/v1/tokens/" + tokenId, 404),
                Call.get("listSigningKeys", "/api/v1/signing-keys", 200),
                new Call("retireSigningKey", "/api/v1/signing-keys:retire", "{}", 409),
                new Call("rotateSigningKey", "/api/v1/signing-keys:rotate", "{}", 200),
                new Call("rotateSigningKey", "/api/v1/signing-keys:rotate", "{}", 409),
                new Call("retireSigningKey", "/api/v1/signing-keys:retire", "{}", 200),
                new Call("rotateSigningKey", "/api/v1/signing-keys:rotate", "{\"x\":1}", 400),
                new Call("revokeNode", "/api/v1/nodes/n/revoke", "{\"reason\":\"test\"}", 200),
                new Call("revokeNode", "/api/v1/nodes/m/revoke", "{}", 404));
    }

    @Test
    void everyOperationAnswersAsItIsDescribed() {
        List<String> flaws = new ArrayList<>();
        Set<String> called = new TreeSet<>();
        for (Call call : calls()) {
            called.add(call.operation());
            Got answer = send(call, gateway.token());
            String flaw =
                    answer.status() == call.status()
                            ? document.flaws(call.operation(), answer)
                            : "status " + answer.status() + " " + answer.body();
            if (!flaw.isEmpty()) {
                flaws.add(call.operation() + " " + call.path() + " " + call.status() + ": " + flaw);
            }
        }
        assertEquals("", String.join("\n", flaws));
        assertEquals(document.operations(), called);
    }

    @Test
    void whoeverMayNotGetsTheProblemThatIsDescribed() {
        String token =
                made(
                        "/api/v1/tokens",
                        "{\"name\":\"t\",\"role\":\"viewer\",\"areas\":[\"metrics\"]}",
                        "token");
        List<String> flaws = new ArrayList<>();
        for (Call call : calls()) {
            boolean open = Set.of("live", "ready", "openapi").contains(call.operation());
            if (open || call.status() == 413) {
                continue;
            }
            Got anonymous = send(call, "nonsense");
            Got other = send(call, token);
            int expected = call.operation().equals("metrics") ? 200 : 403;
            if (anonymous.status() != 401 || other.status() != expected) {
                flaws.add(call + ": " + anonymous.status() + ", " + other.status());
            }
            flaws.add(document.flaws(call.operation(), anonymous));
            flaws.add(document.flaws(call.operation(), other));
        }
        assertEquals("", String.join("", flaws));
    }

    @Test
    void anAnswerThatIsNotDescribedIsNoticed() {
        Call call = Call.get("listRunners", "/api/v1/runners", 200);
        Got runners = send(call, gateway.token());
        assertEquals("", document.flaws("listRunners", runners));
        for (String other : List.of("listRevisions", "getRunner", "metrics", "testTarget")) {
            assertEquals(false, document.flaws(other, runners).isEmpty(), other);
        }
    }

    private Got send(Call call, String token) {
        String method = document.line(call.operation()).split(" ", 2)[0];
        HttpRequest request =
                gateway.anonymous(call.path())
                        .header("Authorization", "Bearer " + token)
                        .method(method, BodyPublishers.ofString(call.body()))
                        .build();
        try {
            HttpResponse<InputStream> answer = http.send(request, BodyHandlers.ofInputStream());
            String type = answer.headers().firstValue("content-type").orElse("");
            try (InputStream body = answer.body()) {
                boolean endless = type.equals("text/event-stream");
                byte[] bytes = endless ? new byte[0] : body.readAllBytes();
                return new Got(
                        answer.statusCode(),
                        type,
                        answer.headers().map().keySet(),
                        new String(bytes, StandardCharsets.UTF_8));
            }
        } catch (IOException failed) {
            throw new AssertionError("no answer to " + call, failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }
}
