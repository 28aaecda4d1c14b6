package io.fleetwall.gateway;

import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_NPM;
import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_PYPI;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.laboratory.process.Quickest;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.GatewayMessage;
import io.fleetwall.protocol.message.Goodbye;
import io.fleetwall.protocol.message.Heartbeat;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.RunnerReport;
import io.fleetwall.protocol.message.SignedPolicy;
import io.fleetwall.protocol.message.Welcome;
import io.vertx.core.Future;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The link of nodes to which no WebSocket comes through, over real TLS. */
final class PollTest {
    private static final Scope IDLE = new Scope(new TreeSet<>(List.of("linux")), Optional.empty());

    @TempDir Path state;
    @AutoClose private GatewayUnderTest gateway;

    @BeforeEach
    void start() {
        gateway = GatewayUnderTest.start(state);
    }

    private static Hello hello(String node, long revision, Digest policy) {
        RunnerReport report = new RunnerReport("a", "veth-a", IDLE, revision, policy);
        return new Hello(1, node, UUID.randomUUID(), "test", "6.18", List.of(report));
    }

    private static Applied applied(Desired desired) {
        SignedPolicy policy = desired.policy();
        return new Applied(
                desired.runner(), policy.revision(), policy.scope(), policy.policy(), 1_500);
    }

    private PollNode node(TestNode.Credentials credentials) {
        return new PollNode(gateway, Optional.of(credentials), HttpVersion.HTTP_2);
    }

    private String state(String node) {
        return gateway.get("/api/v1/runners/" + node + "/a").body().getString("state", "");
    }

    /** Everything up to the first message of a kind. */
    private static <T extends GatewayMessage> T next(PollNode node, Class<T> kind) {
        for (int polls = 0; polls < 10; polls++) {
            for (GatewayMessage message : node.heard()) {
                if (kind.isInstance(message)) {
                    return kind.cast(message);
                }
            }
        }
        throw new AssertionError("no " + kind.getSimpleName());
    }

    @Test
    void aPolicyIsPushedToAWaitingNodeWithinASecondAndAcknowledged() throws Exception {
        var credentials = TestNode.enrol(gateway, "n");
        try (PollNode node = node(credentials)) {
            assertEquals(204, node.say(hello("n", 0, Digest.NONE)));
            assertEquals("gateway-1", next(node, Welcome.class).gateway());
            Quickest.isBelow(Duration.ofSeconds(1), () -> pushed(node));
        }
    }

    /** From the publish to the node. */
    private Duration pushed(PollNode node) {
        Future<PollNode.Heard> waiting = node.hear();
        assertFalse(waiting.isComplete(), "there is nothing to say yet");
        long revision = gateway.head() + 1;
        long before = System.nanoTime();
        gateway.publish(ALLOW_NPM + "# " + revision + "\n");
        List<GatewayMessage> heard = TestNode.await(waiting).messages();
        Duration took = Duration.ofNanos(System.nanoTime() - before);
        Desired desired = (Desired) heard.getFirst();
        assertEquals(revision, desired.policy().revision());
        assertEquals(204, node.say(applied(desired)));
        Eventually.holds("it is in force", () -> state("n").equals("in-force"));
        return took;
    }

    @Test
    void aNodeThatComesBackHearsOnlyOfTheNewestRevision() {
        gateway.publish(ALLOW_NPM);
        var credentials = TestNode.enrol(gateway, "n");
        Desired first;
        try (PollNode node = node(credentials)) {
            node.say(hello("n", 0, Digest.NONE));
            first = next(node, Desired.class);
            node.say(applied(first));
        }
        for (int i = 0; i < 5; i++) {
            gateway.publish(ALLOW_PYPI + "# " + i + "\n");
        }
        try (PollNode node = node(credentials)) {
            node.say(hello("n", 1, first.policy().policy()));
            List<GatewayMessage> all = new ArrayList<>(node.heard());
            while (all.stream().noneMatch(Desired.class::isInstance)) {
                all.addAll(node.heard());
            }
            List<Long> revisions =
                    all.stream()
                            .filter(Desired.class::isInstance)
                            .map(one -> ((Desired) one).policy().revision())
                            .toList();
            assertEquals(List.of(6L), revisions);
        }
    }

    @Test
    void aSilentNodeIsCutOffWithTheReasonAndReportedLost() {
        var credentials = TestNode.enrol(gateway, "n");
        try (PollNode node = node(credentials)) {
            node.say(hello("n", 0, Digest.NONE), new Heartbeat(Instant.now()));
            assertTrue(next(node, Goodbye.class).reason().contains("heartbeat"));
            Eventually.holds("the connection is closed", node::isClosed);
        }
        Eventually.holds("the runner is lost", () -> state("n").equals("lost"));
    }

    @Test
    void aConnectionIsTheSessionWhicheverWayItCame() {
        var credentials = TestNode.enrol(gateway, "n");
        try (PollNode node = node(credentials)) {
            node.say(hello("n", 0, Digest.NONE));
            next(node, Welcome.class);
            try (TestNode socket = TestNode.connect(gateway, credentials)) {
                socket.say(hello("n", 0, Digest.NONE));
                socket.next(Welcome.class);
                Eventually.holds(
                        "the WebSocket has replaced it",
                        () -> {
                            if (!node.isClosed()) {
                                node.hear();
                            }
                            return node.isClosed();
                        });
                gateway.publish(ALLOW_NPM);
                assertEquals(1, socket.next(Desired.class).policy().revision());
            }
        }
    }

    @Test
    void whoShowsNoCertificateOrSpeaksOutOfTurnGetsNothing() {
        var credentials = TestNode.enrol(gateway, "n");
        try (PollNode nobody = new PollNode(gateway, Optional.empty(), HttpVersion.HTTP_2)) {
            assertEquals(401, nobody.say(hello("n", 0, Digest.NONE)));
            assertEquals(409, TestNode.await(nobody.hear()).status());
        }
        try (PollNode node = node(credentials)) {
            assertEquals(409, TestNode.await(node.hear()).status(), "nothing was said yet");
            node.say(hello("somebody-else", 0, Digest.NONE));
            assertTrue(next(node, Goodbye.class).reason().contains("certificate"));
            Eventually.holds("the connection is closed", node::isClosed);
        }
        try (PollNode node = node(credentials)) {
            node.sayBytes(new byte[] {0, 0, 0, 9, 1});
            assertTrue(next(node, Goodbye.class).reason().contains("FW-L001"));
        }
        try (PollNode old = new PollNode(gateway, Optional.of(credentials), HttpVersion.HTTP_1_1)) {
            assertEquals(505, old.say(hello("n", 0, Digest.NONE)));
        }
        assertTrue(gateway.get("/api/v1/runners").body().getJsonArray("runners").isEmpty());
    }

    @Test
    void aRevokedNodeIsCutOffHereToo() {
        var credentials = TestNode.enrol(gateway, "n");
        try (PollNode node = node(credentials)) {
            node.say(hello("n", 0, Digest.NONE));
            next(node, Welcome.class);
            Future<PollNode.Heard> waiting = node.hear();
            gateway.post("/api/v1/nodes/n/revoke", new JsonObject());
            Goodbye goodbye = (Goodbye) TestNode.await(waiting).messages().getFirst();
            assertTrue(goodbye.reason().contains("revoked"));
        }
        try (PollNode node = node(credentials)) {
            assertEquals(403, node.say(hello("n", 0, Digest.NONE)));
        }
    }
}
