package io.fleetwall.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.store.Stores;
import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.protocol.event.Destination;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.Judgement;
import io.fleetwall.protocol.event.ProcessIdentity;
import io.fleetwall.protocol.event.UuidV7;
import io.fleetwall.protocol.message.EventAck;
import io.fleetwall.protocol.message.EventBatch;
import io.fleetwall.protocol.message.Hello;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a node says of jobs, and what becomes of it in a whole gateway: stored, chained, told. */
final class JobEventsTest {
    private static final UUID BOOT = UUID.randomUUID();
    private static final UuidV7 IDS = new UuidV7(InstantSource.system(), new Random(11));
    @TempDir Path state;
    private long sequence = 1;

    private static Event of(EventKind kind, String run, Optional<Destination> to) {
        String reason = kind == EventKind.FLOW_ALLOWED ? "allowed-by-rule" : "denied-by-default";
        return new Event(
                IDS.next(),
                Instant.now(),
                "n",
                "a",
                kind,
                Optional.of(
                        new Job("acme", "acme/api", "build.yml", "test", "main", run, 1, "eve")),
                to,
                to.map(there -> new Judgement(reason, Mode.ENFORCE, 1, "", "", "", 0)),
                1,
                kind + " of a test");
    }

    private static Event flow(EventKind kind, String run, String name) {
        return of(kind, run, Optional.of(new Destination("192.0.2.1", 443, "tcp", name)));
    }

    private static TestNode connect(GatewayUnderTest gateway) {
        TestNode node = TestNode.connect(gateway, TestNode.enrol(gateway, "n"));
        node.say(new Hello(1, "n", BOOT, "test", "6.18", List.of()));
        return node;
    }

    private void say(TestNode node, Event... events) {
        EventBatch batch = new EventBatch(BOOT, sequence, List.of(events));
        sequence = batch.lastSequence() + 1;
        node.say(batch);
        assertEquals(batch.lastSequence(), node.next(EventAck.class).sequence());
    }

    private static JsonArray baselines(GatewayUnderTest gateway) {
        return gateway.get("/api/v1/baselines?repository=acme%2Fapi&workflow=build.yml")
                .body()
                .getJsonArray("baselines");
    }

    private static void isChained(GatewayUnderTest gateway) {
        JsonObject proof = gateway.get("/api/v1/events:verify").body();
        assertEquals(new JsonArray(), proof.getJsonArray("flaws"), proof::encode);
    }

    @ParameterizedTest
    @EnumSource(Stores.class)
    void whatAWorkflowDoesForTheFirstTimeReachesTheSinkOnceAndIsAnIncident(Stores stores) {
        GatewayConfig.Store store = stores.fresh();
        var soon = new GatewayConfig.Baseline(2, Duration.ofDays(14), 100);
        try (Receiver receiver = Receiver.start(0);
                GatewayUnderTest gateway =
                        GatewayUnderTest.start(
                                state,
                                config ->
                                        GatewayUnderTest.on(
                                                GatewayUnderTest.telling(
                                                        GatewayUnderTest.learning(config, soon),
                                                        receiver.port(),
                                                        "baseline.*"),
                                                store));
                TestNode node = connect(gateway)) {
            for (String run : List.of("1", "2", "3")) {
                say(
                        node,
                        of(EventKind.JOB_STARTED, run, Optional.empty()),
                        flow(EventKind.FLOW_ALLOWED, run, "registry.npmjs.org"),
                        of(EventKind.JOB_FINISHED, run, Optional.empty()));
            }
            say(
                    node,
                    flow(EventKind.FLOW_ALLOWED, "4", "registry.npmjs.org"),
                    flow(EventKind.FLOW_ALLOWED, "4", "gist.example"),
                    flow(EventKind.FLOW_ALLOWED, "4", "gist.example"));
            say(node, flow(EventKind.FLOW_ALLOWED, "5", "gist.example"));
            say(node, flow(EventKind.FLOW_DENIED, "5", "evil.example"));
            Eventually.holds("both are told", () -> receiver.deliveries().size() >= 2);
            List<String> told =
                    receiver.deliveries().stream()
                            .map(one -> one.json().encode())
                            .sorted()
                            .toList();
            assertEquals(2, told.size(), told::toString);
            assertTrue(told.toString().contains("tcp to gist.example port 443 (allowed)"));
            assertTrue(told.toString().contains("tcp to evil.example port 443 (denied)"));
            assertTrue(told.getFirst().contains("\"baseline.deviation\""), told::toString);
            assertEquals(
                    2, gateway.get("/api/v1/incidents").body().getJsonArray("incidents").size());
            isChained(gateway);
            JsonObject baseline = baselines(gateway).getJsonObject(0);
            assertEquals(5, baseline.getLong("runs"));
            assertTrue(baseline.containsKey("learnedAt"), baseline::encode);
            String id = baseline.getString("id");
            JsonArray places =
                    gateway.get("/api/v1/baselines/" + id).body().getJsonArray("destinations");
            assertEquals(3, places.size(), places::encode);
            assertTrue(places.getJsonObject(0).containsKey("deviatedAt"), places::encode);
            gateway.post("/api/v1/baselines:reset", new JsonObject().put("id", id));
            assertEquals(0, baselines(gateway).size());
            assertTrue(gateway.get("/api/v1/audit").body().encode().contains("baseline.reset"));
        }
    }

    @ParameterizedTest
    @EnumSource(Stores.class)
    void aDenialOfAProcessWithAnEndlessPathIsStoredAndTold(Stores stores) {
        GatewayConfig.Store store = stores.fresh();
        Event flow = flow(EventKind.FLOW_DENIED, "1", "evil.example");
        String path =
                new Random(3)
                        .ints(4_000, 'A', 'z')
                        .collect(
                                StringBuilder::new,
                                StringBuilder::appendCodePoint,
                                StringBuilder::append)
                        .toString();
        var process = new ProcessIdentity(1, 0, "curl", path, "", List.of(), "", "");
        try (Receiver receiver = Receiver.start(0);
                GatewayUnderTest gateway =
                        GatewayUnderTest.start(
                                state,
                                config ->
                                        GatewayUnderTest.on(
                                                GatewayUnderTest.telling(
                                                        config, receiver.port(), "*"),
                                                store));
                TestNode node = connect(gateway)) {
            say(
                    node,
                    new Event(
                            flow.id(),
                            flow.at(),
                            "n",
                            "a",
                            flow.kind(),
                            flow.job(),
                            flow.destination(),
                            flow.judgement(),
                            Optional.of(process),
                            1,
                            "blocked"));
            Eventually.holds(
                    "it is told",
                    () ->
                            receiver.deliveries().stream()
                                    .anyMatch(one -> one.text().contains("flow.denied")));
            JsonArray lost = gateway.get("/api/v1/events?kind=loss").body().getJsonArray("events");
            assertEquals(0, lost.size(), lost::encode);
        }
    }

    @Test
    void aJobWithoutAFilterIsStoredChainedAndToldAtOnce() {
        try (Receiver receiver = Receiver.start(0);
                GatewayUnderTest gateway =
                        GatewayUnderTest.start(
                                state,
                                config ->
                                        GatewayUnderTest.telling(
                                                config, receiver.port(), "job.unprotected"));
                TestNode node = connect(gateway)) {
            say(
                    node,
                    of(EventKind.JOB_STARTED, "7", Optional.empty()),
                    of(EventKind.JOB_UNPROTECTED, "7", Optional.empty()));
            JsonArray stored =
                    gateway.get("/api/v1/events?kind=job.unprotected")
                            .body()
                            .getJsonArray("events");
            assertEquals(1, stored.size(), stored::encode);
            Eventually.holds("it is told", () -> !receiver.deliveries().isEmpty());
            String told = receiver.deliveries().getFirst().json().encode();
            assertTrue(told.contains("job.unprotected of a test"), told);
            assertTrue(told.contains("\"severity\":\"critical\""), told);
            assertTrue(told.contains("acme/api"), told);
            assertEquals(1, receiver.deliveries().size());
            isChained(gateway);
        }
    }
}
