package io.fleetwall.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.Attestation;
import io.fleetwall.protocol.message.Capability;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.NodeState;
import io.fleetwall.protocol.message.RunnerReport;
import io.fleetwall.protocol.message.Welcome;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators see of nodes and runners, and how they narrow it. */
final class FleetViewTest {
    @TempDir Path state;
    @AutoClose private GatewayUnderTest gateway;

    @BeforeEach
    void start() {
        gateway = GatewayUnderTest.start(state);
        gateway.publish(GatewayUnderTest.ALLOW_NPM);
    }

    private TestNode connect(String name, RunnerReport... runners) {
        TestNode node = TestNode.connect(gateway, TestNode.enrol(gateway, name));
        node.say(new Hello(1, name, UUID.randomUUID(), "0.9", "6.18.1", List.of(runners)));
        node.next(Welcome.class);
        return node;
    }

    /** It may be gone before the fleet's books were looked at. */
    @Test
    void aNodeThatWasHereForAMomentIsLostToo() {
        try (TestNode moment = connect("moment", runner("a", "gpu"))) {
            assertFalse(moment.isClosed());
        }
        Eventually.holds(
                "it is lost",
                () -> names("nodes?state=lost", "nodes", "node").equals(List.of("moment")));
    }

    private static RunnerReport runner(String name, String label) {
        Scope scope = new Scope(new TreeSet<>(List.of(label)), Optional.empty());
        return new RunnerReport(name, "veth-" + name, scope, 0, Digest.NONE);
    }

    private List<String> names(String path, String list, String key) {
        return gateway.get("/api/v1/" + path).body().getJsonArray(list).stream()
                .map(one -> ((JsonObject) one).getString(key))
                .toList();
    }

    @Test
    void nodesAndRunnersAreShownByLabelAndByState() {
        try (TestNode idle = connect("idle");
                TestNode busy = connect("busy", runner("a", "gpu"), runner("b", "cpu"))) {
            Desired first = busy.next(Desired.class);
            String acknowledged = first.runner();
            String silent = acknowledged.equals("a") ? "b" : "a";
            var policy = first.policy();
            busy.say(
                    new Applied(
                            acknowledged, policy.revision(), policy.scope(), policy.policy(), 7));
            Eventually.holds(
                    "one is behind",
                    () ->
                            names("runners?state=behind", "runners", "runner")
                                    .equals(List.of(silent)));
            assertEquals(List.of("busy", "idle"), names("nodes", "nodes", "node"));
            assertEquals(List.of("busy"), names("nodes?label=gpu", "nodes", "node"));
            assertEquals(List.of("busy"), names("nodes?state=behind", "nodes", "node"));
            assertEquals(List.of(), names("nodes?state=lost", "nodes", "node"));
            assertEquals(
                    List.of(acknowledged), names("runners?state=in-force", "runners", "runner"));
            assertEquals(List.of("a"), names("runners?label=gpu", "runners", "runner"));
            assertEquals(List.of(), names("runners?node=idle", "runners", "runner"));
            assertFalse(idle.isClosed());
            JsonObject node = gateway.get("/api/v1/nodes/busy").body();
            assertEquals("0.9", node.getString("agentVersion"), node::encode);
            assertEquals("6.18.1", node.getString("kernel"), node::encode);
            assertEquals(2, node.getInteger("runners"), node::encode);
            assertEquals(1, node.getInteger("behind"), node::encode);
        }
        Eventually.holds(
                "both are lost", () -> names("nodes?state=lost", "nodes", "node").size() == 2);
        assertEquals(2, names("runners?state=lost", "runners", "runner").size());
    }

    @Test
    void whatAKernelHasAndHowItWasFoundIsShown() {
        Instant at = Instant.parse("2026-11-22T10:00:00Z");
        var finding = new Attestation.Finding(EventKind.TAMPER_DETACHED, at, "veth-b: detached");
        try (TestNode node = connect("n", runner("a", "gpu"), runner("b", "gpu"))) {
            assertFalse(gateway.get("/api/v1/runners/n/a").body().containsKey("attestation"));
            node.say(
                    new NodeState(
                            List.of(
                                    new Capability("tcx", Capability.Presence.PRESENT),
                                    new Capability("btf", Capability.Presence.MISSING)),
                            List.of(
                                    new Attestation("a", at, Optional.empty()),
                                    new Attestation("b", at, Optional.of(finding)))));
            Eventually.holds("it is told", () -> attestation("a").equals("ok"));
            assertEquals("tampered", attestation("b"));
            JsonObject found =
                    gateway.get("/api/v1/runners/n/b").body().getJsonObject("attestation");
            assertEquals("tamper.detached", found.getString("kind"));
            assertEquals("veth-b: detached", found.getString("found"));
            assertEquals(
                    new JsonObject().put("tcx", "present").put("btf", "missing"),
                    gateway.get("/api/v1/nodes/n").body().getJsonObject("capabilities"));
            Attestation later = new Attestation("b", at.plusSeconds(1), Optional.of(finding));
            node.say(new NodeState(List.of(), List.of(later)));
            Eventually.holds("it is well again", () -> attestation("b").equals("repaired"));
        }
    }

    private String attestation(String runner) {
        return gateway.get("/api/v1/runners/n/" + runner)
                .body()
                .getJsonObject("attestation", new JsonObject())
                .getString("state", "");
    }

    @Test
    void bothSidesSpeakTheNewestVersionThatBothKnow() {
        var credentials = TestNode.enrol(gateway, "n");
        for (int newest = 1; newest <= 3; newest++) {
            try (TestNode node = TestNode.connect(gateway, credentials)) {
                node.say(new Hello(newest, "n", UUID.randomUUID(), "0.9", "6.18.1", List.of()));
                assertEquals(Math.min(2, newest), node.next(Welcome.class).version());
            }
        }
    }
}
