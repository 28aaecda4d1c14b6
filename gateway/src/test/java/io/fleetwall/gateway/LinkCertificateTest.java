package io.fleetwall.gateway;

import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_NPM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.RunnerReport;
import io.fleetwall.protocol.message.Welcome;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The link's own certificate is followed by another one while the gateway runs. */
final class LinkCertificateTest {
    /** RFC 5280, 4.2.1.6: GeneralName. */
    private static final Integer DNS_NAME = 2;

    private static final Duration LIFE = Duration.ofSeconds(12);

    @TempDir Path state;

    private static GatewayConfig brief(GatewayConfig config) {
        GatewayConfig.Link link = config.link();
        return GatewayUnderTest.withLink(
                config,
                new GatewayConfig.Link(
                        link.listen(),
                        link.names(),
                        Duration.ofMillis(500),
                        link.lostAfter(),
                        link.window(),
                        new GatewayConfig.Certificates(Duration.ofDays(1), LIFE)));
    }

    private static Hello hello(String node) {
        Scope scope = new Scope(new TreeSet<>(List.of("linux")), Optional.empty());
        RunnerReport runner = new RunnerReport("a", "veth-a", scope, 0, Digest.NONE);
        return new Hello(2, node, UUID.randomUUID(), "test", "6.18", List.of(runner));
    }

    private static X509Certificate shown(GatewayUnderTest gateway, String ca) {
        try (SSLSocket socket = RawClient.connect(gateway, ca, Optional.empty())) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /** Without addresses: other tests make and remove interfaces meanwhile, which it follows. */
    private static List<Object> names(X509Certificate certificate)
            throws CertificateParsingException {
        return certificate.getSubjectAlternativeNames().stream()
                .filter(name -> name.getFirst().equals(DNS_NAME))
                .<Object>map(List::getLast)
                .toList();
    }

    @Test
    void itIsRenewedBeforeItsEndAndNoLinkIsCutForIt() throws CertificateParsingException {
        try (GatewayUnderTest gateway = GatewayUnderTest.start(state, LinkCertificateTest::brief)) {
            var credentials = TestNode.enrol(gateway, "n");
            String ca = credentials.ca();
            X509Certificate first = shown(gateway, ca);
            Instant end = first.getNotAfter().toInstant();
            try (TestNode node = TestNode.connect(gateway, credentials)) {
                node.say(hello("n"));
                node.next(Welcome.class);
                assertEquals(first, shown(gateway, ca), "not another one with each beat");
                Eventually.holds(
                        "another one is shown",
                        () -> {
                            node.pingUnlessClosed();
                            return !shown(gateway, ca).equals(first);
                        });
                X509Certificate next = shown(gateway, ca);
                Instant made = next.getNotAfter().toInstant().minus(LIFE);
                assertTrue(made.isBefore(end), "while the first was still good");
                assertNotEquals(first.getPublicKey(), next.getPublicKey());
                assertEquals(names(first), names(next));
                Eventually.holds(
                        "the first has ended",
                        () -> {
                            node.pingUnlessClosed();
                            return Instant.now().isAfter(end);
                        });
                assertFalse(node.isClosed());
                gateway.publish(ALLOW_NPM);
                assertEquals(1, node.next(Desired.class).policy().revision(), "by the old link");
            }
            try (TestNode later = TestNode.connect(gateway, TestNode.enrol(gateway, "later"))) {
                later.say(hello("later"));
                assertEquals(1, later.next(Desired.class).policy().revision(), "by a new one");
            }
        }
    }
}
