package io.fleetwall.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.Heartbeat;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.RunnerReport;
import io.fleetwall.protocol.message.SignedPolicy;
import io.fleetwall.protocol.message.Welcome;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which nodes count as alive; heartbeats of a second, so that three seconds are silence. */
final class LivenessTest {
    @TempDir Path state;
    @AutoClose private GatewayUnderTest gateway;

    @BeforeEach
    void start() {
        gateway = GatewayUnderTest.start(state);
    }

    @Test
    void pingsKeepALinkAsHeartbeatsDo() {
        var credentials = TestNode.enrol(gateway, "n");
        try (TestNode node = TestNode.silent(gateway, credentials)) {
            node.say(new Hello(1, "n", UUID.randomUUID(), "test", "6.18", List.of()));
            node.next(Welcome.class);
            long end = System.nanoTime() + Duration.ofMillis(4_500).toNanos();
            Eventually.holds(
                    "more than the allowed silence has passed",
                    new Eventually.Patience(Duration.ofMillis(100), Duration.ofSeconds(90)),
                    () -> {
                        node.ping();
                        return System.nanoTime() > end;
                    });
            assertFalse(node.isClosed());
        }
    }

    @Test
    void pingsOfANodeThatDoesNotSayWhoItIsKeepNothing() {
        var credentials = TestNode.enrol(gateway, "n");
        try (TestNode node = TestNode.silent(gateway, credentials)) {
            Eventually.holds(
                    "it is cut off",
                    new Eventually.Patience(Duration.ofMillis(100), Duration.ofSeconds(90)),
                    () -> {
                        node.pingUnlessClosed();
                        return node.isClosed();
                    });
        }
    }

    @Test
    void heartbeatsKeepALink() {
        var credentials = TestNode.enrol(gateway, "n");
        try (TestNode node = TestNode.silent(gateway, credentials)) {
            node.say(hello());
            long end = System.nanoTime() + Duration.ofMillis(3_500).toNanos();
            Eventually.holds(
                    "more than the allowed silence has passed",
                    () -> {
                        node.say(new Heartbeat(Instant.now()));
                        return System.nanoTime() > end;
                    });
            assertFalse(node.isClosed());
        }
    }

    private static Hello hello() {
        Scope scope = new Scope(new TreeSet<>(List.of("linux")), Optional.empty());
        RunnerReport runner = new RunnerReport("a", "veth-a", scope, 0, Digest.NONE);
        return new Hello(1, "n", UUID.randomUUID(), "test", "6.18", List.of(runner));
    }

    private JsonObject runner() {
        return gateway.get("/api/v1/runners/n/a").body();
    }

    private int lost() {
        return gateway.get("/api/v1/events?kind=node.lost").body().getJsonArray("events").size();
    }

    @Test
    void aSilentNodeIsReportedLostAndARestartRemembersIt() {
        gateway.publish(GatewayUnderTest.ALLOW_NPM);
        var credentials = TestNode.enrol(gateway, "n");
        try (TestNode node = TestNode.silent(gateway, credentials)) {
            node.say(hello());
            SignedPolicy policy = node.next(Desired.class).policy();
            node.say(new Applied("a", policy.revision(), policy.scope(), policy.policy(), 1_500));
            Eventually.holds("silence closes the link", node::isClosed);
        }
        Eventually.holds("the runner is lost", () -> runner().getString("state").equals("lost"));
        Eventually.holds("it is told once", () -> lost() == 1);
        gateway.close();
        gateway = GatewayUnderTest.start(state);
        assertEquals(1, runner().getJsonObject("applied").getLong("revision"));
        assertEquals("lost", runner().getString("state"));
    }
}
