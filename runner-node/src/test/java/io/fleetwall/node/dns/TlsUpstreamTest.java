package io.fleetwall.node.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.dns.listen.Transport;
import io.fleetwall.node.dns.upstream.Failure;
import io.fleetwall.node.dns.upstream.Resolver;
import io.fleetwall.node.dns.upstream.UpstreamSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Upstreams over TLS, judged by what a server and a sniffer on its port have seen. */
@Timeout(180)
final class TlsUpstreamTest {
    private static final String POLICY = "  allow: [{host: '**.acme.test'}]\n";
    private static final String NAME = "dns.acme.test";
    private static final GeneralName RIGHT = new GeneralName(GeneralName.dNSName, NAME);
    private static final int SERVFAIL = 2;

    @TempDir Path directory;
    private TestCertificates authority;
    private TlsResolver upstream;

    @BeforeEach
    void start() throws Exception {
        authority = new TestCertificates();
        upstream = new TlsResolver(authority.server(RIGHT, later()));
    }

    @AfterEach
    void stop() throws Exception {
        upstream.close();
    }

    @Test
    void questions_share_a_connection_to_the_server_with_the_right_name() throws Exception {
        try (Bench bench = towards(Resolver.tls(upstream.address(), NAME))) {
            for (int i = 0; i < 20; i++) {
                assertEquals(List.of("c0000201"), bench.ask("a" + i + ".acme.test", 1).data());
            }
            assertEquals(20, bench.gate.learned.size());
            assertEquals(1, upstream.connections.get());
            assertEquals(List.of(), upstream.datagrams);
            assertEquals(20, figures(bench, 0).latencies().snapshot().count());
        }
    }

    @Test
    void questions_are_equally_long_whatever_their_names() throws Exception {
        try (Bench bench = towards(Resolver.tls(upstream.address(), NAME))) {
            bench.ask("a.acme.test", 1);
            bench.ask("a-name-that-is-quite-a-bit-longer-than-the-other.acme.test", 28);
            assertEquals(
                    List.of(128, 128), upstream.queries.stream().map(each -> each.length).toList());
        }
    }

    @Test
    void questions_do_not_wait_for_each_other_on_a_connection() throws Exception {
        upstream.together = 8;
        try (Bench bench = towards(Resolver.tls(upstream.address(), NAME))) {
            Set<Integer> ids = new HashSet<>();
            for (int i = 1; i <= 8; i++) {
                bench.send(Message.query(i, "a" + i + ".acme.test", 1).done());
            }
            for (int i = 1; i <= 8; i++) {
                Reply reply = bench.receive();
                assertEquals(List.of("c0000201"), reply.data());
                ids.add(reply.id());
            }
            assertEquals(8, ids.size());
            assertEquals(1, upstream.connections.get());
        }
    }

    @Test
    void an_address_in_the_certificate_is_a_name_too() throws Exception {
        GeneralName loopback = new GeneralName(GeneralName.iPAddress, "127.0.0.1");
        try (TlsResolver byAddress = new TlsResolver(authority.server(loopback, later()));
                Bench bench = towards(Resolver.tls(byAddress.address(), "127.0.0.1"))) {
            assertEquals(List.of("c0000201"), bench.ask("www.acme.test", 1).data());
        }
    }

    @Test
    void a_server_that_ends_connections_is_asked_over_new_ones_and_counts_as_well()
            throws Exception {
        upstream.answersEach = 1;
        try (Bench bench = towards(Resolver.tls(upstream.address(), NAME))) {
            for (int i = 0; i < 5; i++) {
                assertEquals(List.of("c0000201"), bench.ask("a" + i + ".acme.test", 1).data());
            }
            assertTrue(upstream.connections.get() >= 5);
            assertEquals(0, figures(bench, 0).failures(Failure.UNREACHABLE));
        }
    }

    @Test
    void a_wrong_name_is_asked_nothing() throws Exception {
        refuses(upstream, "dns.other.test");
    }

    @Test
    void a_wrong_address_is_asked_nothing() throws Exception {
        refuses(upstream, "127.0.0.1");
    }

    @Test
    void a_certificate_of_another_authority_is_asked_nothing() throws Exception {
        try (TlsResolver forger = new TlsResolver(new TestCertificates().server(RIGHT, later()))) {
            refuses(forger, NAME);
        }
    }

    @Test
    void an_expired_certificate_is_asked_nothing() throws Exception {
        try (TlsResolver late =
                new TlsResolver(authority.server(RIGHT, Instant.now().minusSeconds(60)))) {
            refuses(late, NAME);
        }
    }

    @Test
    void without_a_file_a_private_authority_is_not_trusted() throws Exception {
        UpstreamSettings settings =
                new UpstreamSettings(
                        List.of(Resolver.tls(upstream.address(), NAME)),
                        Optional.empty(),
                        Duration.ofSeconds(20),
                        4);
        try (Bench bench = bench(settings)) {
            assertEquals(SERVFAIL, bench.ask("www.acme.test", 1).code());
            assertEquals(List.of(), upstream.queries);
        }
    }

    @Test
    void a_server_without_tls_is_asked_nothing_in_the_clear() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
                Bench bench =
                        towards(
                                Resolver.tls(
                                        (InetSocketAddress) plain.getLocalSocketAddress(), NAME))) {
            CompletableFuture<byte[]> heard = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> answerInTheClear(plain, heard));
            assertEquals(SERVFAIL, bench.ask("secretive.acme.test", 1).code());
            byte[] first = heard.get(60, TimeUnit.SECONDS);
            assertEquals(0x16, first[0], "a TLS handshake");
            String text = new String(first, StandardCharsets.ISO_8859_1);
            assertFalse(text.contains("secretive"), text);
            assertTrue(figures(bench, 0).failures(Failure.TLS) > 0);
        }
    }

    @Test
    void the_next_upstream_helps_where_one_has_not_proved_its_name() throws Exception {
        try (TlsResolver forger = new TlsResolver(new TestCertificates().server(RIGHT, later()));
                Bench bench =
                        towards(
                                Resolver.tls(forger.address(), NAME),
                                Resolver.tls(upstream.address(), NAME))) {
            assertEquals(List.of("c0000201"), bench.ask("www.acme.test", 1).data());
            assertEquals(List.of("c0000201"), bench.ask("ftp.acme.test", 1).data());
            assertEquals(1, figures(bench, 0).failures(Failure.TLS), "it pauses");
            assertEquals(2, figures(bench, 1).latencies().snapshot().count());
            assertEquals(List.of(), forger.queries);
        }
    }

    private void refuses(TlsResolver server, String name) throws Exception {
        try (Bench bench = towards(Resolver.tls(server.address(), name))) {
            assertEquals(SERVFAIL, bench.ask("www.acme.test", 1).code());
            assertEquals(List.of(), bench.gate.learned);
            assertEquals(List.of(), server.queries);
            assertEquals(List.of(), server.datagrams);
            assertTrue(server.connections.get() > 0);
            assertTrue(figures(bench, 0).failures(Failure.TLS) > 0);
        }
    }

    private Bench towards(Resolver... resolvers) throws Exception {
        Path file = Files.writeString(directory.resolve("ca.pem"), authority.pem());
        return bench(
                new UpstreamSettings(
                        List.of(resolvers), Optional.of(file), Duration.ofSeconds(20), 4));
    }

    private static Bench bench(UpstreamSettings settings) throws Exception {
        return new Bench(POLICY, Transport.best(), Bench.settings(settings, Bench.PATIENT, 1));
    }

    private static io.fleetwall.node.dns.upstream.UpstreamFigures.OfUpstream figures(
            Bench bench, int upstream) {
        return bench.proxy.counters().upstreams().all().get(upstream);
    }

    private static Instant later() {
        return Instant.now().plusSeconds(3600);
    }

    /** Twice, as a question gets two attempts. */
    private static void answerInTheClear(ServerSocket server, CompletableFuture<byte[]> heard) {
        for (int i = 0; i < 2; i++) {
            try (Socket connection = server.accept()) {
                byte[] first = new byte[2048];
                int length = connection.getInputStream().read(first);
                heard.complete(java.util.Arrays.copyOf(first, length));
                connection.getOutputStream().write(new byte[64]);
                connection.getInputStream().readAllBytes();
            } catch (IOException e) {
                heard.completeExceptionally(e);
            }
        }
    }
}
