package io.fleetwall.gateway;

import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_NPM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.identity.OpenSsl;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.RunnerReport;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fleet whose authority is an intermediate of the operator's own. */
final class ExternalAuthorityLinkTest {
    private static final String[] INTERMEDIATE = {
        "basicConstraints=critical,CA:TRUE,pathlen:0", "keyUsage=critical,keyCertSign"
    };

    @TempDir Path state;
    @TempDir Path otherState;
    @TempDir Path authorities;
    @TempDir Path otherAuthorities;

    private static GatewayUnderTest start(Path state, GatewayConfig.KeyPairFiles authority) {
        return GatewayUnderTest.start(
                state,
                config -> {
                    GatewayConfig.Link link = config.link();
                    var certificates =
                            new GatewayConfig.Certificates(
                                    Duration.ofDays(1),
                                    Duration.ofDays(30),
                                    Optional.of(authority));
                    return GatewayUnderTest.withLink(
                            config,
                            new GatewayConfig.Link(
                                    link.listen(),
                                    link.names(),
                                    link.heartbeat(),
                                    link.lostAfter(),
                                    link.window(),
                                    certificates));
                });
    }

    private static Hello hello(String node) {
        Scope scope = new Scope(new TreeSet<>(List.of("linux")), Optional.empty());
        RunnerReport runner = new RunnerReport("a", "veth-a", scope, 0, Digest.NONE);
        return new Hello(2, node, UUID.randomUUID(), "test", "6.18", List.of(runner));
    }

    private static long certificates(String pem) {
        return pem.lines().filter("-----BEGIN CERTIFICATE-----"::equals).count();
    }

    @Test
    void nodesTrustItsRootAndShowTheirWholeChain() throws IOException {
        OpenSsl openssl = new OpenSsl(authorities).root("root", "CA:TRUE");
        openssl.issue("fleet", "root", "ec", INTERMEDIATE);
        try (GatewayUnderTest gateway = start(state, openssl.authority("fleet", "fleet", "root"))) {
            gateway.publish(ALLOW_NPM);
            var credentials = TestNode.enrol(gateway, "n");
            assertEquals(openssl.read("root.pem").strip(), credentials.ca().strip());
            assertEquals(2, certificates(credentials.certificate()));
            assertTrue(openssl.verify("root", credentials.certificate()).contains("OK"));
            assertEquals(
                    gateway.get("/api/v1/identity").body().getString("caFingerprint"),
                    Files.readString(state.resolve("ca.fingerprint")).strip());
            KeyPair next = TestNode.keyPair();
            var renewed =
                    TestNode.renew(gateway, Optional.of(credentials), TestNode.request("n", next));
            assertEquals(2, certificates(renewed.body().getString("certificate")));
            try (TestNode node = TestNode.connect(gateway, credentials)) {
                node.say(hello("n"));
                assertEquals(1, node.next(Desired.class).policy().revision());
            }
        }
    }

    /**
     * Whatever else a company's root vouches for is no node of the fleet, whatever it is called.
     */
    @Test
    void aNodeOfAnotherIntermediateOfTheSameRootIsRefused() throws IOException {
        OpenSsl openssl = new OpenSsl(authorities).root("root", "CA:TRUE");
        openssl.issue("fleet", "root", "ec", INTERMEDIATE);
        OpenSsl elsewhere = new OpenSsl(otherAuthorities);
        for (String file : List.of("root.pem", "root.key")) {
            elsewhere.write(file, openssl.read(file));
        }
        elsewhere.issue("fleet", "root", "rsa:2048", INTERMEDIATE);
        try (GatewayUnderTest gateway = start(state, openssl.authority("fleet", "fleet", "root"));
                GatewayUnderTest other =
                        start(otherState, elsewhere.authority("fleet", "fleet", "root"))) {
            var theirs = TestNode.enrol(other, "n");
            try (Socket socket = RawClient.connect(gateway, theirs.ca(), Optional.of(theirs))) {
                assertEquals("", RawClient.ask(socket, RawClient.upgrade("/link/v1")));
            }
            Eventually.holds(
                    "it is counted", () -> gateway.refused("handshake").orElse(0L).longValue() > 0);
            try (Socket socket = RawClient.connect(other, theirs.ca(), Optional.of(theirs))) {
                assertEquals(
                        "HTTP/1.1 101 Switching Protocols",
                        RawClient.ask(socket, RawClient.upgrade("/link/v1")));
            }
        }
    }
}
