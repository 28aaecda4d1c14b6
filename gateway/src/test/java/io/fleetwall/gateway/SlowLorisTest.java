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
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.RunnerReport;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hundreds of connections from nineteen addresses that come to no end: with the head of a request,
 * with a body, with their TLS hello. None is waited for, and nobody else waits because of them.
 */
final class SlowLorisTest {
    private static final int HEADS = 200;
    private static final int BODIES = 50;
    private static final int HELLOS = 50;
    private static final long HEAP = 64L << 20;
    private static final Duration A_NODES_PATIENCE = Duration.ofSeconds(10);

    /** A handshake has 30 s from its turn; a busy machine needs some for 200 of them. */
    private static final Eventually.Patience CUT_OFF =
            new Eventually.Patience(Duration.ofMillis(100), Duration.ofSeconds(90));

    @TempDir Path state;

    private static List<Trickle.Slow> slow(GatewayUnderTest gateway) throws IOException {
        String ca = gateway.get("/api/v1/identity").body().getString("ca");
        List<Trickle.Slow> all = new ArrayList<>();
        for (int i = 0; i < HELLOS; i++) {
            Socket socket = new Socket();
            socket.bind(new InetSocketAddress(Storm.from(i), 0));
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.linkPort()));
            all.add(new Trickle.Slow(socket, Storm.clientHello()));
        }
        for (int i = 0; i < HEADS + BODIES; i++) {
            Socket socket = RawClient.connect(gateway, ca, Optional.empty(), Storm.from(i));
            if (i < HEADS) {
                all.add(Trickle.Slow.of(socket, "GET / HTTP/1.1\r\nX: " + "a".repeat(4_000)));
            } else {
                socket.getOutputStream()
                        .write(
                                "POST /enrol/v1 HTTP/1.1\r\nHost: h\r\nContent-Length: 9999\r\n\r\n"
                                        .getBytes(StandardCharsets.US_ASCII));
                all.add(Trickle.Slow.of(socket, "{\"token\": \"" + "a".repeat(9_000)));
            }
        }
        return all;
    }

    private static Hello hello(String node) {
        Scope scope = new Scope(new TreeSet<>(List.of("linux")), Optional.empty());
        RunnerReport runner = new RunnerReport("a", "veth-a", scope, 0, Digest.NONE);
        return new Hello(1, node, UUID.randomUUID(), "test", "6.18", List.of(runner));
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Test
    void whoComesToNoEndIsCutOffAndCountedAndHoldsUpNobody() throws IOException {
        try (GatewayUnderTest gateway = GatewayUnderTest.start(state)) {
            gateway.publish(ALLOW_NPM);
            try (TestNode here = TestNode.connect(gateway, TestNode.enrol(gateway, "here"))) {
                here.say(hello("here"));
                applied(here, 1);
                Thread beats = here.beat();
                long before = heap();
                try (Trickle trickle = Trickle.begin(slow(gateway))) {
                    assertTrue(trickle.left() > HEADS, "they are all there");
                    served(gateway, here);
                    long grown = heap() - before;
                    assertTrue(grown < HEAP, () -> grown + " bytes more of heap");
                    Eventually.holds("all are cut off", CUT_OFF, () -> trickle.left() == 0);
                }
                beats.interrupt();
                assertFalse(here.isClosed());
                assertEquals(Optional.of(0L), gateway.refused("silent"));
            }
            Eventually.holds(
                    "each is counted",
                    () -> gateway.refused("slow").orElse(0L) >= HEADS + BODIES + HELLOS);
        }
    }

    private static void applied(TestNode node, long revision) {
        Desired desired = node.next(Desired.class);
        var policy = desired.policy();
        assertEquals(revision, policy.revision());
        node.say(
                new Applied(
                        desired.runner(), policy.revision(), policy.scope(), policy.policy(), 1));
    }

    /** Another node enrols and comes, and both get a new policy. */
    private static void served(GatewayUnderTest gateway, TestNode here) {
        long from = System.nanoTime();
        try (TestNode comes = TestNode.connect(gateway, TestNode.enrol(gateway, "comes"))) {
            comes.say(hello("comes"));
            assertEquals(1, comes.next(Desired.class).policy().revision());
            gateway.publish(ALLOW_PYPI);
            applied(here, 2);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - from);
        assertTrue(took.compareTo(A_NODES_PATIENCE) < 0, took::toString);
    }
}
