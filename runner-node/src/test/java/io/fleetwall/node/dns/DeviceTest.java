package io.fleetwall.node.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.dns.listen.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
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

    @Test
    void a_query_that_arrives_at_another_device_is_never_judged_as_this_runners() throws Exception {
        ip("link", "add", "fw-x0", "type", "veth", "peer", "name", "fw-x1");
        ip("link", "set", "fw-x0", "up");
        try (StubUpstream upstream = new StubUpstream(Zone::answer);
                Bench bench = new Bench(POLICY, upstream.address())) {
            TestGate free = new TestGate(POLICY);
            TestGate closed = new TestGate("  allow: []\n");
            int port = wild(bench.proxy, "fw-x0", 0, free);
            wild(bench.proxy, "lo", port, closed);

            byte[] query = Message.query(1, "www.acme.test", 1).done();
            bench.socket.send(
                    new java.net.DatagramPacket(
                            query, query.length, new InetSocketAddress(ANY.getAddress(), port)));
            assertEquals(5, bench.receive().code());
            assertEquals(1, closed.denials.size());
            assertEquals(List.of(), free.learned);
            assertEquals(List.of(), upstream.udpQueries());
        } finally {
            ip("link", "delete", "fw-x0");
        }
    }

    private static int wild(DnsProxy proxy, String device, int port, TestGate gate) {
        return proxy.addRunner(
                        new DnsRunner(
                                device,
                                Optional.of(device),
                                List.of(new InetSocketAddress("0.0.0.0", port)),
                                gate))
                .join()
                .getFirst()
                .getPort();
    }

    private static void ip(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        assertEquals(
                0, new ProcessBuilder(command).inheritIO().start().waitFor(), command::toString);
    }

    private static CompletableFuture<List<InetSocketAddress>> add(DnsProxy proxy, String device) {
        return proxy.addRunner(
                new DnsRunner(
                        "on-device", Optional.of(device), List.of(ANY), new TestGate(POLICY)));
    }
}
