package io.fleetwall.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.protocol.message.Goodbye;
import io.fleetwall.protocol.message.Hello;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Attacks on the link with real sockets: each is refused, says why where it can, and is counted.
 */
final class SecurityTest {
    @TempDir Path state;
    @TempDir Path otherState;
    @AutoClose private GatewayUnderTest gateway;

    @BeforeEach
    void start() {
        gateway = GatewayUnderTest.start(state);
    }

    private String ca() {
        return gateway.get("/api/v1/identity").body().getString("ca");
    }

    private void counted(String reason) {
        Eventually.holds(
                reason + " is counted", () -> gateway.refused(reason).orElse(0L).longValue() > 0);
    }

    private static Hello hello(String node) {
        return new Hello(1, node, UUID.randomUUID(), "test", "6.18", List.of());
    }

    @Test
    void withoutACertificateThereIsNoLink() throws IOException {
        try (Socket socket = RawClient.connect(gateway, ca(), Optional.empty())) {
            assertEquals(
                    "HTTP/1.1 401 Unauthorized",
                    RawClient.ask(socket, RawClient.upgrade("/link/v1")));
        }
        counted("no-certificate");
    }

    @Test
    void aCertificateOfAnotherAuthorityEndsTheHandshake() throws IOException {
        try (GatewayUnderTest other = GatewayUnderTest.start(otherState)) {
            var theirs = TestNode.enrol(other, "n");
            try (Socket socket = RawClient.connect(gateway, ca(), Optional.of(theirs))) {
                assertEquals("", RawClient.ask(socket, RawClient.upgrade("/link/v1")));
            }
        }
        counted("handshake");
    }

    @Test
    void anExpiredCertificateEndsTheHandshake() throws IOException {
        try (GatewayUnderTest brief =
                GatewayUnderTest.start(otherState, SecurityTest::briefCertificates)) {
            var credentials = TestNode.enrol(brief, "n");
            long expired = System.nanoTime() + Duration.ofMillis(2_500).toNanos();
            Eventually.holds("the certificate has expired", () -> System.nanoTime() > expired);
            try (Socket socket =
                    RawClient.connect(brief, credentials.ca(), Optional.of(credentials))) {
                assertEquals("", RawClient.ask(socket, RawClient.upgrade("/link/v1")));
            }
            Eventually.holds(
                    "it is counted", () -> brief.refused("handshake").orElse(0L).longValue() > 0);
        }
    }

    private static GatewayConfig briefCertificates(GatewayConfig config) {
        return GatewayUnderTest.withLink(
                config,
                new GatewayConfig.Link(
                        config.link().listen(),
                        List.of(),
                        config.link().heartbeat(),
                        config.link().lostAfter(),
                        config.link().window(),
                        GatewayUnderTest.certificates(Duration.ofSeconds(1))));
    }

    @Test
    void anotherNodesIdentityIsRefused() {
        var credentials = TestNode.enrol(gateway, "n");
        try (TestNode node = TestNode.connect(gateway, credentials)) {
            node.say(hello("somebody-else"));
            assertTrue(node.next(Goodbye.class).reason().contains("certificate"));
        }
        counted("identity");
    }

    @Test
    void malformedFramesAreRefused() {
        var credentials = TestNode.enrol(gateway, "n");
        for (byte[] frame : List.of(new byte[0], new byte[] {1}, new byte[] {1, 1, 99})) {
            try (TestNode node = TestNode.connect(gateway, credentials)) {
                node.sayBytes(frame);
                assertTrue(node.next(Goodbye.class).reason().contains("malformed"));
            }
        }
        counted("malformed");
    }

    @Test
    void aFrameThatAnnouncesMoreThanAnyMessageIsNotWaitedFor() throws IOException {
        var credentials = TestNode.enrol(gateway, "n");
        try (Socket socket = RawClient.connect(gateway, ca(), Optional.of(credentials))) {
            assertEquals(
                    "HTTP/1.1 101 Switching Protocols",
                    RawClient.ask(socket, RawClient.upgrade("/link/v1")));
            ByteBuffer frame = ByteBuffer.allocate(14);
            frame.put((byte) 0x82).put((byte) 0xff).putLong(1L << 40).putInt(0);
            socket.getOutputStream().write(frame.array());
            socket.getOutputStream().flush();
            assertTrue(RawClient.ended(socket), "the gateway closes");
        }
        counted("oversized");
    }

    @Test
    void aRequestThatComesByteByByteIsCutOff() throws IOException {
        try (SSLSocket socket = RawClient.connect(gateway, ca(), Optional.empty())) {
            socket.startHandshake();
            byte[] bytes =
                    ("GET / HTTP/1.1\r\nX: " + "a".repeat(4_000))
                            .getBytes(StandardCharsets.US_ASCII);
            socket.setSoTimeout(200);
            int[] sent = {0};
            Eventually.holds(
                    "the gateway loses its patience",
                    () -> {
                        try {
                            socket.getOutputStream().write(bytes, sent[0]++, 1);
                            socket.getOutputStream().flush();
                        } catch (IOException closed) {
                            return true;
                        }
                        return RawClient.ended(socket);
                    });
        }
        counted("slow");
    }
}
