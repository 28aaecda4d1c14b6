package io.fleetwall.gateway;

import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_NPM;
import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_PYPI;
import static io.fleetwall.gateway.GatewayUnderTest.clustered;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.cluster.ClusterMember;
import io.fleetwall.gateway.cluster.Head;
import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.config.ListenAddress;
import io.fleetwall.gateway.identity.BusIdentity;
import io.fleetwall.gateway.identity.StateDirectory;
import io.fleetwall.gateway.store.Stores;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.KeysChanged;
import io.fleetwall.protocol.message.RunnerReport;
import io.fleetwall.protocol.message.SignedPolicy;
import io.fleetwall.protocol.message.Welcome;
import io.fleetwall.protocol.signature.PolicyVerifier;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClusterTest {
    @TempDir Path state;

    static ListenAddress free() {
        return new ListenAddress("127.0.0.1", Ports.unused());
    }

    @Test
    void theSharedHeadOnlyMovesForward() throws Exception {
        var alone = GatewayUnderTest.alone("alone", free());
        try (ClusterMember member = join(alone)) {
            assertTrue(announce(member, new Head(5, "five")));
            assertFalse(announce(member, new Head(4, "four")));
            assertFalse(announce(member, new Head(5, "another five")));
            assertEquals(new Head(5, "five"), member.head().known().orElseThrow());
            assertTrue(announce(member, new Head(6, "six")));
            assertEquals(6, member.head().known().orElseThrow().revision());
        }
    }

    private ClusterMember join(GatewayConfig.Cluster cluster) {
        return ClusterMember.join(
                cluster, BusIdentity.open(StateDirectory.open(state), InstantSource.system()));
    }

    private static boolean announce(ClusterMember member, Head head) throws Exception {
        return member.head().announce(head).toCompletableFuture().get();
    }

    @Test
    void twoGatewaysOnOneStoreFollowEachOther() {
        ListenAddress first = free();
        ListenAddress second = free();
        GatewayConfig.Store store = Stores.postgresql();
        var memberOne = new GatewayUnderTest.Member("one", store, first, second.port());
        var memberTwo = new GatewayUnderTest.Member("two", store, second, first.port());
        try (GatewayUnderTest one = GatewayUnderTest.start(state, c -> clustered(c, memberOne));
                GatewayUnderTest two =
                        GatewayUnderTest.start(state, c -> clustered(c, memberTwo))) {
            Eventually.holds(
                    "both are members",
                    () -> two.get("/api/v1/health/ready").body().getInteger("members") == 2);
            one.publish(ALLOW_NPM);
            Eventually.holds("the second follows the first", () -> two.head() == 1);
            two.publish(ALLOW_PYPI);
            Eventually.holds("the first follows the second", () -> one.head() == 2);
        }
    }

    @Test
    void aRolloutIsToldOnceAlsoWhenTheGatewayThatPublishedItIsGone() {
        ListenAddress here = free();
        ListenAddress there = free();
        GatewayConfig.Store store = Stores.postgresql();
        var memberOne = new GatewayUnderTest.Member("one", store, here, there.port());
        var memberTwo = new GatewayUnderTest.Member("two", store, there, here.port());
        GatewayUnderTest one = GatewayUnderTest.start(state, c -> clustered(c, memberOne));
        try (GatewayUnderTest two = GatewayUnderTest.start(state, c -> clustered(c, memberTwo));
                TestNode second = TestNode.connect(two, TestNode.enrol(two, "n2"))) {
            TestNode.Credentials first = TestNode.enrol(one, "n1");
            second.say(hello("n2", 0, Digest.NONE));
            SignedPolicy policy;
            try (TestNode node = TestNode.connect(one, first)) {
                node.say(hello("n1", 0, Digest.NONE));
                Eventually.holds("both are known", () -> joined(two) == 2);
                one.publish(ALLOW_NPM);
                policy = node.next(Desired.class).policy();
                node.say(applied(policy));
                second.next(Desired.class);
                Eventually.holds("it begins", () -> rollout(two).size() == 1);
            }
            assertEquals(List.of("revision 1 goes out to 2 runners"), rollout(two));
            one.close();
            try (TestNode node = TestNode.connect(two, first)) {
                node.say(hello("n1", policy.revision(), policy.policy()));
                second.say(applied(policy));
                Eventually.holds("it ends", () -> rollout(two).size() > 1);
                two.publish(ALLOW_PYPI);
                Eventually.holds("the next begins", () -> rollout(two).size() > 2);
                List<String> told = rollout(two);
                assertEquals(3, told.size(), told::toString);
                assertTrue(
                        told.get(1).startsWith("revision 1 is in force on 2 of 2 runners"),
                        told::toString);
                assertEquals("revision 2 goes out to 2 runners", told.get(2));
            }
        } finally {
            one.close();
        }
    }

    private static Hello hello(String node, long revision, Digest policy) {
        Scope scope = new Scope(new TreeSet<>(List.of("linux")), Optional.empty());
        RunnerReport runner = new RunnerReport("a", "veth-a", scope, revision, policy);
        return new Hello(2, node, UUID.randomUUID(), "test", "6.18", List.of(runner));
    }

    private static Applied applied(SignedPolicy policy) {
        return new Applied("a", policy.revision(), policy.scope(), policy.policy(), 100);
    }

    private static int joined(GatewayUnderTest gateway) {
        return gateway.get("/api/v1/events?kind=node.joined").body().getJsonArray("events").size();
    }

    private static List<String> rollout(GatewayUnderTest gateway) {
        return gateway
                .get("/api/v1/events:search?where=kind%20~%20%22rollout.*%22")
                .body()
                .getJsonArray("events")
                .stream()
                .map(event -> ((JsonObject) event).getString("message"))
                .toList();
    }

    @Test
    void aKeyThatOneGatewayHasMadeSignsAtTheOtherToo() {
        ListenAddress here = free();
        ListenAddress there = free();
        GatewayConfig.Store store = Stores.postgresql();
        var memberOne = new GatewayUnderTest.Member("one", store, here, there.port());
        var memberTwo = new GatewayUnderTest.Member("two", store, there, here.port());
        RunnerReport runner =
                new RunnerReport(
                        "a",
                        "veth-a",
                        new Scope(new TreeSet<>(List.of("linux")), Optional.empty()),
                        0,
                        Digest.NONE);
        try (GatewayUnderTest one = GatewayUnderTest.start(state, c -> clustered(c, memberOne));
                GatewayUnderTest two = GatewayUnderTest.start(state, c -> clustered(c, memberTwo));
                TestNode node = TestNode.connect(two, TestNode.enrol(two, "n"))) {
            one.publish(ALLOW_NPM);
            node.say(new Hello(2, "n", UUID.randomUUID(), "test", "6.18", List.of(runner)));
            SignedPolicy first = node.next(Desired.class).policy();
            node.say(new Applied("a", 1, first.scope(), first.policy(), 1));
            one.post("/api/v1/signing-keys:rotate", new JsonObject());
            var both = node.next(KeysChanged.class).statements().getFirst();
            assertEquals(first.keyId(), both.keyId());
            assertEquals(
                    PolicyVerifier.keyId(both.keys().getLast()),
                    node.next(Desired.class).policy().keyId());
            assertEquals(200, two.post("/api/v1/signing-keys:retire", new JsonObject()).status());
            assertEquals(2, node.next(KeysChanged.class).statements().size());
        }
    }

    private static Hello hello(String node) {
        return new Hello(1, node, UUID.randomUUID(), "test", "6.18", List.of());
    }

    private static List<String> told(GatewayUnderTest gateway, String kind) {
        return gateway.get("/api/v1/events?kind=" + kind).body().getJsonArray("events").stream()
                .map(event -> ((JsonObject) event).getString("node"))
                .sorted()
                .toList();
    }

    @Test
    void aNodeThatMovesToAnotherGatewayIsNeitherLostNorNew() {
        ListenAddress first = free();
        ListenAddress second = free();
        GatewayConfig.Store store = Stores.postgresql();
        var memberOne = new GatewayUnderTest.Member("one", store, first, second.port());
        var memberTwo = new GatewayUnderTest.Member("two", store, second, first.port());
        try (GatewayUnderTest one = GatewayUnderTest.start(state, c -> clustered(c, memberOne));
                GatewayUnderTest two =
                        GatewayUnderTest.start(state, c -> clustered(c, memberTwo))) {
            try (TestNode after = moved(one, two)) {
                Eventually.holds("one is lost", () -> !told(two, "node.lost").isEmpty());
                assertEquals(List.of("leaving"), told(two, "node.lost"));
                assertEquals(List.of("leaving", "moving"), told(two, "node.joined"));
                assertFalse(after.isClosed());
            }
        }
    }

    /** Two nodes connect to one gateway; both leave it, and one of them for the other gateway. */
    private static TestNode moved(GatewayUnderTest one, GatewayUnderTest two) {
        var moving = TestNode.enrol(one, "moving");
        try (TestNode before = TestNode.connect(one, moving);
                TestNode leaving = TestNode.connect(one, TestNode.enrol(one, "leaving"))) {
            before.say(hello("moving"));
            leaving.say(hello("leaving"));
            Eventually.holds("both came", () -> told(two, "node.joined").size() == 2);
            TestNode after = TestNode.connect(two, moving);
            after.say(hello("moving"));
            after.next(Welcome.class);
            return after;
        }
    }
}
