package io.fleetwall.gateway;

import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_NPM;
import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_PYPI;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.Goodbye;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.KeyStatement;
import io.fleetwall.protocol.message.KeysChanged;
import io.fleetwall.protocol.message.RunnerReport;
import io.fleetwall.protocol.message.SignedPolicy;
import io.fleetwall.protocol.message.Welcome;
import io.fleetwall.protocol.signature.PolicyVerifier;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the fleet's signing key is changed while nodes are linked, and which versions they speak. */
final class SigningKeyTest {
    private static final Scope IDLE = new Scope(new TreeSet<>(List.of("linux")), Optional.empty());

    @TempDir Path state;

    private static Hello hello(int version) {
        RunnerReport runner = new RunnerReport("a", "veth-a", IDLE, 0, Digest.NONE);
        return new Hello(version, "n", UUID.randomUUID(), "test", "6.18", List.of(runner));
    }

    private static PolicyVerifier enrolled(JsonObject answer) throws GeneralSecurityException {
        return PolicyVerifier.of(
                answer.getJsonArray("signingKeys").stream()
                        .map(key -> Base64.getDecoder().decode(key.toString()))
                        .toList());
    }

    /** The next policy, which is in force at once. */
    private static SignedPolicy next(TestNode node) {
        SignedPolicy policy = node.next(Desired.class).policy();
        node.say(new Applied("a", policy.revision(), policy.scope(), policy.policy(), 1));
        return policy;
    }

    private static JsonObject changed(GatewayUnderTest gateway, String how) {
        var answer = gateway.post("/api/v1/signing-keys:" + how, new JsonObject());
        assertEquals(200, answer.status(), answer.toString());
        return answer.body();
    }

    private static String signing(GatewayUnderTest gateway) {
        JsonArray keys =
                gateway.get("/api/v1/signing-keys").body().getJsonArray("keys", new JsonArray());
        return keys.getJsonObject(keys.size() - 1).getString("id");
    }

    @Test
    void aLinkedNodeHearsOfTheNextKeyFromThePresentOneBeforeAnythingThatItSigns() throws Exception {
        try (GatewayUnderTest gateway = GatewayUnderTest.start(state)) {
            gateway.publish(ALLOW_NPM);
            String first = signing(gateway);
            var credentials = TestNode.enrol(gateway, "n");
            PolicyVerifier before = enrolled(credentials.answer());
            try (TestNode node = TestNode.connect(gateway, credentials)) {
                node.say(hello(2));
                assertEquals(2, node.next(Welcome.class).version());
                assertEquals(first, next(node).keyId());
                assertEquals(1, changed(gateway, "rotate").getInteger("statement"));
                KeyStatement both = node.next(KeysChanged.class).statements().getFirst();
                assertTrue(before.accepts(both));
                SignedPolicy resigned = next(node);
                assertEquals(2, resigned.revision(), "the same content again");
                assertEquals(signing(gateway), resigned.keyId());
                assertFalse(before.accepts(resigned));
                assertTrue(PolicyVerifier.of(both.keys()).accepts(resigned));

                changed(gateway, "retire");
                List<KeyStatement> all = node.next(KeysChanged.class).statements();
                assertEquals(List.of(both), all.subList(0, 1));
                KeyStatement alone = all.getLast();
                assertTrue(PolicyVerifier.of(both.keys()).accepts(alone));
                assertFalse(before.accepts(alone), "signed by the key that stays");
                SignedPolicy last = next(node);
                assertTrue(PolicyVerifier.of(alone.keys()).accepts(last));
                assertEquals(1, alone.keys().size());
            }
            List<String> acts =
                    gateway.get("/api/v1/audit?limit=20").body().getJsonArray("acts").stream()
                            .map(entry -> ((JsonObject) entry).getString("act"))
                            .filter(act -> act.startsWith("signing-key."))
                            .toList();
            assertEquals(List.of("signing-key.retire", "signing-key.rotate"), acts);
        }
    }

    @Test
    void aNodeThatWasAwayHearsAllOfItAndOneThatEnrolsLaterNeedsNone() throws Exception {
        try (GatewayUnderTest gateway = GatewayUnderTest.start(state)) {
            gateway.publish(ALLOW_NPM);
            var away = TestNode.enrol(gateway, "n");
            assertEquals(0, away.answer().getInteger("keyStatement"));
            for (int i = 0; i < 2; i++) {
                changed(gateway, "rotate");
                changed(gateway, "retire");
            }
            try (TestNode node = TestNode.connect(gateway, away)) {
                node.say(hello(2));
                node.next(Welcome.class);
                PolicyVerifier trusted = enrolled(away.answer());
                for (KeyStatement statement : node.next(KeysChanged.class).statements()) {
                    assertTrue(trusted.accepts(statement), statement.toString());
                    trusted = PolicyVerifier.of(statement.keys());
                }
                assertTrue(trusted.accepts(next(node)));
            }
            JsonObject later = TestNode.enrol(gateway, "later").answer();
            assertEquals(4, later.getInteger("keyStatement"));
            assertEquals(1, later.getJsonArray("signingKeys").size());
        }
    }

    @Test
    void aRestartedGatewaySignsWithTheKeyThatCounts() throws Exception {
        String active;
        try (GatewayUnderTest gateway = GatewayUnderTest.start(state)) {
            gateway.publish(ALLOW_NPM);
            changed(gateway, "rotate");
            active = signing(gateway);
        }
        try (GatewayUnderTest gateway = GatewayUnderTest.start(state)) {
            assertEquals(active, signing(gateway));
            try (TestNode node = TestNode.connect(gateway, TestNode.enrol(gateway, "n"))) {
                node.say(hello(2));
                assertEquals(active, next(node).keyId());
                gateway.publish(ALLOW_PYPI);
                assertEquals(active, next(node).keyId());
            }
        }
    }

    @Test
    void keysAreChangedOneAfterTheOther() {
        try (GatewayUnderTest gateway = GatewayUnderTest.start(state)) {
            String retire = "/api/v1/signing-keys:retire";
            assertEquals(409, gateway.post(retire, new JsonObject()).status());
            changed(gateway, "rotate");
            var again = gateway.post("/api/v1/signing-keys:rotate", new JsonObject());
            assertEquals(409, again.status());
            assertTrue(again.body().getString("detail").contains("retire it first"));
            assertEquals(0, gateway.head(), "there was nothing to sign again");
        }
    }

    @Test
    void aNodeOfTheVersionBeforeIsSpokenToInItAndAnOlderOneIsToldWhyNot() throws Exception {
        try (GatewayUnderTest gateway = GatewayUnderTest.start(state)) {
            gateway.publish(ALLOW_NPM);
            changed(gateway, "rotate");
            var credentials = TestNode.enrol(gateway, "n");
            try (TestNode node = TestNode.connect(gateway, credentials)) {
                node.say(hello(1));
                assertEquals(1, node.next(Welcome.class).version());
                node.next(Desired.class);
                assertTrue(node.waiting().stream().noneMatch(KeysChanged.class::isInstance));
                node.say(hello(9));
                assertEquals(2, node.next(Welcome.class).version(), "of a newer one");
                node.next(KeysChanged.class);
            }
            try (TestNode node = TestNode.connect(gateway, credentials)) {
                node.say(hello(0));
                String reason = node.next(Goodbye.class).reason();
                assertTrue(reason.contains("version 0 is not spoken here any more"), reason);
            }
        }
    }
}
