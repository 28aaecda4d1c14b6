package io.fleetwall.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.RunnerReport;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the gateway itself tells: rollouts, and what administrators do. */
final class OwnEventsTest {
    @TempDir Path state;

    private static List<String> told(GatewayUnderTest gateway, String kinds) {
        return gateway
                .get("/api/v1/events:search?where=kind%20~%20%22" + kinds + "%22")
                .body()
                .getJsonArray("events")
                .stream()
                .map(JsonObject.class::cast)
                .map(event -> event.getString("kind") + " " + event.getString("message"))
                .toList();
    }

    private static TestNode connect(GatewayUnderTest gateway) {
        TestNode node = TestNode.connect(gateway, TestNode.enrol(gateway, "n"));
        Scope scope = new Scope(new TreeSet<>(List.of("linux")), Optional.empty());
        var runner = new RunnerReport("a", "veth0", scope, 0, Digest.NONE);
        node.say(new Hello(1, "n", UUID.randomUUID(), "0.9", "6.18", List.of(runner)));
        return node;
    }

    @Test
    void aRolloutIsToldWhenItBeginsAndWhenNobodyIsWaitedForAnyMore() {
        try (GatewayUnderTest gateway = GatewayUnderTest.start(state);
                TestNode node = connect(gateway)) {
            Eventually.holds(
                    "the runner is known",
                    () -> gateway.get("/api/v1/runners").body().encode().contains("veth0"));
            gateway.publish(GatewayUnderTest.ALLOW_NPM);
            String started = "rollout.started revision 1 goes out to 1 runners";
            Eventually.holds(
                    "it begins", () -> told(gateway, "rollout.*").equals(List.of(started)));
            var policy = node.next(Desired.class).policy();
            node.say(new Applied("a", policy.revision(), policy.scope(), policy.policy(), 7));
            Eventually.holds("it ends", () -> told(gateway, "rollout.*").size() == 2);
            String finished = told(gateway, "rollout.*").getLast();
            assertTrue(
                    finished.startsWith(
                            "rollout.finished revision 1 is in force on 1 of 1 runners"),
                    finished);
            Eventually.holds(
                    "and so is the runner", () -> told(gateway, "policy.applied").size() == 1);
            String applied = told(gateway, "policy.applied").getFirst();
            assertTrue(
                    applied.matches(
                            "policy.applied revision 1 is in force as policy [0-9a-f]{12} \\(acme\\),"
                                    + " [0-9]+ ms after its publication"),
                    applied);
        }
    }

    @Test
    void everyActInTheTrailIsToldOnceAlsoAfterARestart() {
        try (GatewayUnderTest gateway = GatewayUnderTest.start(state)) {
            TestNode.enrol(gateway, "n");
            gateway.publish(GatewayUnderTest.ALLOW_NPM);
            Eventually.holds(
                    "they are told", () -> told(gateway, "admin.*").size() == acts(gateway));
        }
        try (GatewayUnderTest gateway = GatewayUnderTest.start(state)) {
            gateway.publish(GatewayUnderTest.ALLOW_NPM + "# another\n");
            Eventually.holds(
                    "the last is told",
                    () -> told(gateway, "admin.*").getLast().contains("revision 2"));
            List<String> told = told(gateway, "admin.*");
            assertEquals(acts(gateway), told.size(), told.toString());
            assertTrue(
                    told.stream().anyMatch(act -> act.startsWith("admin.policy ")),
                    told.toString());
            assertTrue(
                    told.stream().anyMatch(act -> act.matches("admin.node .*node.enrol n")),
                    told.toString());
        }
    }

    private static int acts(GatewayUnderTest gateway) {
        return gateway.get("/api/v1/audit").body().getJsonArray("acts").size();
    }
}
