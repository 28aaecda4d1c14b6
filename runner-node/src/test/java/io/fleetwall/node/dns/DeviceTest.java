package io.fleetwall.node.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.dns.listen.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class DeviceTest {
    private static final String POLICY = "  allow: [{host: '**.acme.test'}]\n";
    private static final InetSocketAddress ANY =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @Test
    void a_listener_bound_to_a_device_serves_what_arrives_there() throws Exception {
        try (StubUpstream upstream = new StubUpstream(Zone::answer);
                Bench bench = new Bench(POLICY, upstream.address())) {
            InetSocketAddress onLoopback = add(bench.proxy, "lo").join().getFirst();
            byte[] query = Message.query(1, "www.acme.test", 1).done();
            bench.socket.send(new java.net.DatagramPacket(query, query.length, onLoopback));
            assertEquals(0, bench.receive().code());
        }
    }

    @Test
    void a_device_that_is_not_there_is_an_error_and_leaves_nothing_open() throws Exception {
        try (Bench bench = new Bench(POLICY, ANY)) {
            CompletionException failure =
                    assertThrows(
                            CompletionException.class, () -> add(bench.proxy, "fw-none0").join());
            assertTrue(failure.toString().contains("No such device"), failure.toString());
            assertEquals(1, add(bench.proxy, "lo").join().size());
        }
    }

    @Test
    void without_epoll_a_device_is_refused_instead_of_ignored() throws Exception {
        try (Bench bench = new Bench(POLICY, Transport.NIO, Bench.PATIENT, ANY)) {
            CompletionException failure =
                    assertThrows(CompletionException.class, () -> add(bench.proxy, "lo").join());
            assertTrue(failure.toString().contains("native epoll"), failure.toString());
        }
    }

    @Test
    void several_workers_share_a_runners_port() throws Exception {
        try (StubUpstream upstream = new StubUpstream(Zone::answer);
                DnsProxy proxy =
                        DnsProxy.start(
                                Bench.settings(List.of(upstream.address()), Bench.PATIENT, 3),
                                new DnsEnvironment(
                                        Transport.best(),
                                        System::nanoTime,
                                        () -> new SplittableRandom(7)))) {
            assertEquals(1, add(proxy, "lo").join().size());
        }
    }

    @Test
    void a_port_that_is_served_already_is_an_error_and_never_shared() throws Exception {
        try (Bench bench = new Bench(POLICY, ANY)) {
            DnsRunner second =
                    new DnsRunner(
                            "b", Optional.empty(), List.of(bench.address), new TestGate(POLICY));
            CompletionException failure =
                    assertThrows(
                            CompletionException.class, () -> bench.proxy.addRunner(second).join());
            assertTrue(failure.toString().contains("in use"), failure.toString());
            assertEquals(5, bench.ask("other.test", 1).code());
        }
    }

    @Test
    void the_wildcard_address_serves_both_families() throws Exception {
        try (Bench bench = new Bench(POLICY, ANY)) {
            DnsRunner wild =
                    new DnsRunner(
                            "b",
                            Optional.of("lo"),
                            List.of(new InetSocketAddress("0.0.0.0", 0)),
                            new TestGate(POLICY));
            int port = bench.proxy.addRunner(wild).join().getFirst().getPort();
            for (String host : List.of("127.0.0.1", "::1")) {
                InetSocketAddress server = new InetSocketAddress(host, port);
                for (String transport : List.of("+notcp", "+tcp")) {
                    String session = Bench.digAt(server, transport, "other.test", "A");
                    assertTrue(session.contains("status: REFUSED"), session);
                }
            }
        }
    }

    private static CompletableFuture<List<InetSocketAddress>> add(DnsProxy proxy, String device) {
        return proxy.addRunner(
                new DnsRunner(
                        "on-device", Optional.of(device), List.of(ANY), new TestGate(POLICY)));
    }
}
