package io.fleetwall.gateway;

import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_NPM;
import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_PYPI;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.policy.compiled.CanonicalForm;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.Goodbye;
import io.fleetwall.protocol.message.Heartbeat;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.Refused;
import io.fleetwall.protocol.message.RunnerReport;
import io.fleetwall.protocol.message.ScopeChanged;
import io.fleetwall.protocol.message.SignedPolicy;
import io.fleetwall.protocol.message.Welcome;
import io.fleetwall.protocol.signature.PolicyVerifier;
import io.fleetwall.protocol.signature.ScopeDigest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LinkTest {
    private static final Scope IDLE = new Scope(new TreeSet<>(List.of("linux")), Optional.empty());
    private static final Job JOB =
            new Job("acme", "acme/api", "build.yml", "test", "refs/heads/main", "7", 1, "eve");

    @TempDir Path state;
    @TempDir Path otherState;
    @AutoClose private GatewayUnderTest gateway;

    @BeforeEach
    void start() {
        gateway = GatewayUnderTest.start(state);
    }

    private static Hello hello(String node, RunnerReport... runners) {
        return new Hello(1, node, UUID.randomUUID(), "test", "6.18", List.of(runners));
    }

    private static RunnerReport fresh(String runner) {
        return new RunnerReport(runner, "veth-" + runner, IDLE, 0, Digest.NONE);
    }

    private static Applied applied(Desired desired) {
        SignedPolicy policy = desired.policy();
        return new Applied(
                desired.runner(), policy.revision(), policy.scope(), policy.policy(), 1_500);
    }

    private JsonObject runner(String node, String runner) {
        return gateway.get("/api/v1/runners/" + node + "/" + runner).body();
    }

    @Test
    void aNodeEnrolsConnectsGetsASignedPolicyAndAcknowledgesIt() throws Exception {
        gateway.publish(ALLOW_NPM);
        var credentials = TestNode.enrol(gateway, "build-01");
        try (TestNode node = TestNode.connect(gateway, credentials)) {
            node.say(hello("build-01", fresh("a")));
            assertEquals("gateway-1", node.next(Welcome.class).gateway());
            Desired desired = node.next(Desired.class);
            var keys =
                    credentials.answer().getJsonArray("signingKeys").stream()
                            .map(key -> Base64.getDecoder().decode(key.toString()))
                            .toList();
            assertTrue(PolicyVerifier.of(keys).accepts(desired.policy()));
            assertEquals(1, desired.policy().revision());
            assertEquals(ScopeDigest.of(IDLE), desired.policy().scope());
            var policy = CanonicalForm.read(desired.policy().body().orElseThrow());
            assertEquals(1, policy.hosts().size());
            assertEquals("pending", runner("build-01", "a").getString("state"));
            node.say(applied(desired));
            JsonObject rollout =
                    gateway.get("/api/v1/rollouts/1?wait=applied&timeoutMillis=30000").body();
            assertTrue(rollout.getBoolean("done"), rollout::encode);
            assertEquals(1, rollout.getInteger("applied"));
            JsonObject view = runner("build-01", "a");
            assertEquals("in-force", view.getString("state"));
            assertEquals(1_500, view.getJsonObject("applied").getLong("micros"));
        }
    }

    @Test
    void aNewRevisionIsPushedOnceAndWithoutABodyWhenThePolicyIsTheSame() {
        gateway.publish(ALLOW_NPM);
        var credentials = TestNode.enrol(gateway, "n");
        try (TestNode node = TestNode.connect(gateway, credentials)) {
            node.say(hello("n", fresh("a")));
            node.say(applied(node.next(Desired.class)));
            gateway.publish(ALLOW_NPM + "# only a comment\n");
            Desired same = node.next(Desired.class);
            assertEquals(2, same.policy().revision());
            assertTrue(same.policy().body().isEmpty());
            node.say(applied(same));
            gateway.publish(ALLOW_PYPI);
            Desired other = node.next(Desired.class);
            assertEquals(3, other.policy().revision());
            assertTrue(other.policy().body().isPresent());
            node.say(applied(other));
            Eventually.holds(
                    "the last is in force",
                    () -> runner("n", "a").getString("state").equals("in-force"));
            assertTrue(node.waiting().isEmpty(), () -> node.waiting().toString());
        }
    }

    @Test
    void aNodeThatComesBackWithWhatIsDesiredIsSentNothing() {
        gateway.publish(ALLOW_NPM);
        var credentials = TestNode.enrol(gateway, "n");
        Desired desired;
        try (TestNode node = TestNode.connect(gateway, credentials)) {
            node.say(hello("n", fresh("a")));
            desired = node.next(Desired.class);
            node.say(applied(desired));
        }
        RunnerReport kept = new RunnerReport("a", "veth-a", IDLE, 1, desired.policy().policy());
        try (TestNode node = TestNode.connect(gateway, credentials)) {
            node.say(hello("n", kept));
            node.next(Welcome.class);
            Eventually.holds(
                    "it counts as in force",
                    () -> runner("n", "a").getString("state").equals("in-force"));
            assertTrue(node.waiting().isEmpty(), () -> node.waiting().toString());
        }
    }

    @Test
    void onlyTheLatestRevisionIsSentToANodeThatWasBusy() {
        gateway.publish(ALLOW_NPM);
        var credentials = TestNode.enrol(gateway, "n");
        try (TestNode node = TestNode.connect(gateway, credentials)) {
            node.say(hello("n", fresh("a")));
            Desired first = node.next(Desired.class);
            for (int i = 0; i < 5; i++) {
                gateway.publish(ALLOW_PYPI + "# " + i + "\n");
            }
            Eventually.holds(
                    "the last one is desired",
                    () -> runner("n", "a").getJsonObject("desired").getLong("revision") == 6);
            assertTrue(node.waiting().isEmpty(), () -> node.waiting().toString());
            node.say(applied(first));
            assertEquals(6, node.next(Desired.class).policy().revision());
        }
    }

    @Test
    void aJobGetsThePolicyOfItsScopeAtOnceAlsoWhileAnotherPolicyIsUnderWay() {
        gateway.publish(ALLOW_NPM.replace("spec:\n", "spec:\n  match: { organization: acme }\n"));
        var credentials = TestNode.enrol(gateway, "n");
        try (TestNode node = TestNode.connect(gateway, credentials)) {
            node.say(hello("n", fresh("a")));
            Desired idle = node.next(Desired.class);
            Scope job = new Scope(IDLE.labels(), Optional.of(JOB));
            node.say(new ScopeChanged("a", job));
            Desired busy = node.next(Desired.class);
            assertEquals(ScopeDigest.of(job), busy.policy().scope());
            assertFalse(busy.policy().policy().equals(idle.policy().policy()));
            node.say(applied(busy));
            Eventually.holds(
                    "it is in force", () -> runner("n", "a").getString("state").equals("in-force"));
            assertEquals("acme/api", runner("n", "a").getJsonObject("job").getString("repository"));
        }
    }

    @Test
    void aRefusalIsShownAndTheSamePolicyIsNotSentAgain() {
        gateway.publish(ALLOW_NPM);
        var credentials = TestNode.enrol(gateway, "n");
        try (TestNode node = TestNode.connect(gateway, credentials)) {
            node.say(hello("n", fresh("a")));
            Desired desired = node.next(Desired.class);
            node.say(
                    new Refused(
                            "a", 1, desired.policy().policy(), "FW-N008", "map is full", "grow"));
            Eventually.holds(
                    "it is shown as refused",
                    () -> runner("n", "a").getString("state").equals("refused"));
            assertTrue(runner("n", "a").getString("problem").contains("map is full"));
            JsonObject rollout =
                    gateway.get("/api/v1/rollouts/1?wait=applied&timeoutMillis=30000").body();
            assertEquals(1, rollout.getInteger("refused"));
            assertTrue(node.waiting().isEmpty(), () -> node.waiting().toString());
        }
    }

    @Test
    void noCertificateIsRefused() {
        var credentials = TestNode.enrol(gateway, "n");
        assertThrows(
                RuntimeException.class,
                () -> TestNode.connect(gateway, TestNode.options(credentials.ca()), "/link/v1"));
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefused() {
        var mine = TestNode.enrol(gateway, "n");
        try (GatewayUnderTest other = GatewayUnderTest.start(otherState)) {
            var theirs = TestNode.enrol(other, "n");
            var options =
                    TestNode.options(mine.ca())
                            .setKeyCertOptions(
                                    new PemKeyCertOptions()
                                            .addKeyValue(Buffer.buffer(theirs.key()))
                                            .addCertValue(Buffer.buffer(theirs.certificate())));
            assertThrows(
                    RuntimeException.class, () -> TestNode.connect(gateway, options, "/link/v1"));
        }
        assertEquals(0, gateway.get("/api/v1/runners").body().getJsonArray("runners").size());
    }

    @Test
    void aNodeCannotSpeakForAnother() {
        var credentials = TestNode.enrol(gateway, "n");
        try (TestNode node = TestNode.connect(gateway, credentials)) {
            node.say(hello("somebody-else", fresh("a")));
            assertTrue(node.next(Goodbye.class).reason().contains("certificate"));
            Eventually.holds("the link is closed", node::isClosed);
        }
        assertEquals(0, gateway.get("/api/v1/runners").body().getJsonArray("runners").size());
    }

    @Test
    void damagedFramesAndMessagesOutOfOrderCloseTheLinkOnly() {
        var credentials = TestNode.enrol(gateway, "n");
        try (TestNode node = TestNode.connect(gateway, credentials)) {
            node.say(new Heartbeat(Instant.now()));
            assertTrue(node.next(Goodbye.class).reason().contains("Hello"));
        }
        try (TestNode node = TestNode.connect(gateway, credentials)) {
            node.sayBytes(new byte[] {1, 1, 99});
            assertTrue(node.next(Goodbye.class).reason().contains("malformed"));
        }
        try (TestNode node = TestNode.connect(gateway, credentials)) {
            node.say(hello("n", fresh("a")));
            node.next(Welcome.class);
            node.say(new ScopeChanged("not-mine", IDLE));
            assertTrue(node.next(Goodbye.class).reason().contains("not-mine"));
        }
        assertEquals(200, gateway.get("/api/v1/runners").status());
    }

    @Test
    void aSecondConnectionOfANodeReplacesTheFirst() {
        var credentials = TestNode.enrol(gateway, "n");
        try (TestNode first = TestNode.connect(gateway, credentials)) {
            first.say(hello("n", fresh("a")));
            first.next(Welcome.class);
            try (TestNode second = TestNode.connect(gateway, credentials)) {
                second.say(hello("n", fresh("a")));
                second.next(Welcome.class);
                Eventually.holds("the first link is closed", first::isClosed);
                gateway.publish(ALLOW_NPM);
                assertEquals(1, second.next(Desired.class).policy().revision());
            }
        }
    }

    @Test
    void aStoppingGatewaySaysGoodbyeWithASpreadOfReconnects() {
        var credentials = TestNode.enrol(gateway, "n");
        try (TestNode node = TestNode.connect(gateway, credentials)) {
            node.say(hello("n", fresh("a")));
            node.next(Welcome.class);
            gateway.close();
            Goodbye goodbye = node.next(Goodbye.class);
            assertTrue(goodbye.reconnectAfter().toMillis() < 2_000, goodbye::toString);
        }
    }
}
