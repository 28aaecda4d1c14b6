package io.fleetwall.gateway;

import static io.fleetwall.gateway.GatewayUnderTest.clustered;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.config.ListenAddress;
import io.fleetwall.gateway.store.Stores;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.Attestation;
import io.fleetwall.protocol.message.Capability;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.NodeState;
import io.fleetwall.protocol.message.Refused;
import io.fleetwall.protocol.message.RunnerReport;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways, each with nodes of its own: both show the whole fleet. */
final class WholeFleetTest {
    @TempDir Path state;
    private GatewayConfig.Store store;
    private ListenAddress here;
    private ListenAddress there;
    private GatewayUnderTest one;
    private GatewayUnderTest two;

    @BeforeEach
    void start() {
        store = Stores.postgresql();
        here = ClusterTest.free();
        there = ClusterTest.free();
        one = member("one", here, there);
        two = member("two", there, here);
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
    }

    private GatewayUnderTest member(String name, ListenAddress own, ListenAddress other) {
        var member = new GatewayUnderTest.Member(name, store, own, other.port());
        return GatewayUnderTest.start(state, config -> clustered(config, member));
    }

    private static TestNode connect(GatewayUnderTest gateway, String node, String... runners) {
        Scope scope = new Scope(new TreeSet<>(List.of("linux")), Optional.empty());
        List<RunnerReport> reports =
                List.of(runners).stream()
                        .map(name -> new RunnerReport(name, "veth", scope, 0, Digest.NONE))
                        .toList();
        TestNode linked = TestNode.connect(gateway, TestNode.enrol(gateway, node));
        linked.say(new Hello(2, node, UUID.randomUUID(), "0.9", "6.18.1", reports));
        return linked;
    }

    private static List<String> names(GatewayUnderTest gateway, String path) {
        String list = path.substring(0, path.indexOf('?'));
        return gateway.get("/api/v1/" + path).body().getJsonArray(list).stream()
                .map(JsonObject.class::cast)
                .map(each ->
                        list.equals("nodes")
                                ? each.getString("node")
                                : each.getString("node") + "/" + each.getString("runner"))
                .toList();
    }

    private void bothShow(String path, String... expected) {
        for (GatewayUnderTest each : List.of(one, two)) {
            Eventually.holds(
                    path + " is " + List.of(expected),
                    () -> names(each, path).equals(List.of(expected)));
        }
    }

    private static JsonObject progress(GatewayUnderTest gateway, String rollout) {
        return gateway.get("/api/v1/rollouts/" + rollout).body();
    }

    private static Desired applied(TestNode node) {
        Desired desired = node.next(Desired.class);
        var policy = desired.policy();
        node.say(
                new Applied(
                        desired.runner(), policy.revision(), policy.scope(), policy.policy(), 7));
        return desired;
    }

    @Test
    void aRolloutIsDoneWhenItIsDoneEverywhere() {
        try (TestNode mine = connect(one, "a", "r");
                TestNode theirs = connect(two, "b", "r")) {
            Thread[] beats = {mine.beat(), theirs.beat()};
            bothShow("runners?limit=9", "a/r", "b/r");
            one.publish(GatewayUnderTest.ALLOW_NPM);
            applied(mine);
            Digest unloved = theirs.next(Desired.class).policy().policy();
            bothShow("runners?state=in-force", "a/r");
            JsonObject waiting = progress(one, "1?wait=applied&timeoutMillis=1500");
            assertEquals(List.of(2, 1, 1), counts(waiting), waiting::encode);
            assertEquals(true, waiting.getBoolean("timedOut"), waiting::encode);
            theirs.say(new Refused("r", 1, unloved, "FW-N001", "no", "none"));
            bothShow("runners?state=refused", "b/r");
            two.publish(GatewayUnderTest.ALLOW_PYPI);
            assertEquals(2, applied(theirs).policy().revision());
            assertEquals(2, applied(mine).policy().revision());
            for (GatewayUnderTest each : List.of(one, two)) {
                JsonObject done = progress(each, "2?wait=applied&timeoutMillis=15000");
                assertEquals(List.of(2, 2, 0), counts(done), done::encode);
            }
            List.of(beats).forEach(Thread::interrupt);
        }
        bothShow("nodes?state=lost", "a", "b");
        bothShow("runners?state=lost", "a/r", "b/r");
    }

    private static List<Integer> counts(JsonObject progress) {
        return List.of(
                progress.getInteger("runners"),
                progress.getInteger("applied"),
                progress.getInteger("pending"));
    }

    @Test
    void whatANodeSaysOfItselfIsShownByEveryGatewayAlsoByOneThatComesLater() {
        var found =
                new Attestation.Finding(
                        EventKind.TAMPER_DETACHED, Instant.ofEpochMilli(5), "veth: detached");
        try (TestNode node = connect(one, "a", "r", "s")) {
            Thread beats = node.beat();
            node.say(
                    new NodeState(
                            List.of(new Capability("tcx", Capability.Presence.PRESENT)),
                            List.of(
                                    new Attestation(
                                            "r", Instant.ofEpochMilli(5), Optional.of(found)))));
            shown(two);
            two.close();
            two = member("two", there, here);
            shown(two);
            assertEquals(List.of("a/r", "a/s"), names(two, "runners?node=a"));
            Scope scope = new Scope(new TreeSet<>(List.of("linux")), Optional.empty());
            node.say(
                    new Hello(
                            2,
                            "a",
                            UUID.randomUUID(),
                            "1.0",
                            "6.18.1",
                            List.of(new RunnerReport("s", "veth", scope, 0, Digest.NONE))));
            bothShow("runners?node=a", "a/s");
            beats.interrupt();
        }
    }

    private static void shown(GatewayUnderTest gateway) {
        Eventually.holds(
                "it is shown",
                () -> gateway.get("/api/v1/runners/a/r").body().containsKey("attestation"));
        JsonObject runner = gateway.get("/api/v1/runners/a/r").body();
        assertEquals("tampered", runner.getJsonObject("attestation").getString("state"));
        JsonObject node = gateway.get("/api/v1/nodes/a").body();
        assertEquals("here", node.getString("state"), node::encode);
        assertEquals("0.9", node.getString("agentVersion"), node::encode);
        assertEquals("present", node.getJsonObject("capabilities").getString("tcx"));
    }
}
