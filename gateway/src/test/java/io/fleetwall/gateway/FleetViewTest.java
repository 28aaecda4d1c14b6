package io.fleetwall.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.RunnerReport;
import io.fleetwall.protocol.message.Welcome;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators see of nodes and runners, and how they narrow it. */
final class FleetViewTest {
    @TempDir Path state;
    private GatewayUnderTest gateway;

    @BeforeEach
    void start() {
        gateway = GatewayUnderTest.start(state);
        gateway.publish(GatewayUnderTest.ALLOW_NPM);
    }

    @AfterEach
    void stop() {
        gateway.close();
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
}
