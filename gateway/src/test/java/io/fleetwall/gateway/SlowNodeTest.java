package io.fleetwall.gateway;

import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_NPM;
import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_PYPI;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.Goodbye;
import io.fleetwall.protocol.message.Heartbeat;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.NodeMessage;
import io.fleetwall.protocol.message.RunnerReport;
import io.fleetwall.protocol.message.SignedPolicy;
import io.fleetwall.protocol.wire.MessageCodec;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that do not read, or do not answer, with beats of half a second. */
final class SlowNodeTest {
    private static final int RUNNERS = 60;
    private static final int HOSTS = 4_000;

    /** The window: 32 of the 60 runners' policies, of just under a megabyte each. */
    private static final long WINDOW = 33L << 20;

    @TempDir Path state;
    @AutoClose private GatewayUnderTest gateway;

    @BeforeEach
    void start() {
        gateway = GatewayUnderTest.start(state, SlowNodeTest::quick);
    }

    private static GatewayConfig quick(GatewayConfig config) {
        return GatewayUnderTest.withLink(
                config,
                new GatewayConfig.Link(
                        config.link().listen(),
                        List.of(),
                        Duration.ofMillis(500),
                        config.link().lostAfter(),
                        config.link().window(),
                        GatewayUnderTest.certificates(Duration.ofDays(1))));
    }

    private static Hello hello(String node, int runners) {
        Scope scope = new Scope(new TreeSet<>(List.of("linux")), Optional.empty());
        List<RunnerReport> reports =
                IntStream.range(0, runners)
                        .mapToObj(i -> new RunnerReport("r" + i, "veth" + i, scope, 0, Digest.NONE))
                        .toList();
        return new Hello(1, node, UUID.randomUUID(), "test", "6.18", reports);
    }

    /** A policy of nearly a megabyte. */
    private static String large() {
        StringBuilder text = new StringBuilder(ALLOW_NPM);
        for (int i = 0; i < HOSTS; i++) {
            text.append("    - host: a-name-of-some-length-").append(i).append(".example\n");
        }
        return text.toString();
    }

    /** A masked frame as a client sends it, by a mask of zeros. */
    private static byte[] frame(NodeMessage message) {
        byte[] payload = MessageCodec.encode(message);
        ByteBuffer frame = ByteBuffer.allocate(8 + payload.length);
        frame.put((byte) 0x82);
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        }
        frame.putInt(0).put(payload);
        return Arrays.copyOf(frame.array(), frame.position());
    }

    private static void say(Socket socket, NodeMessage message) throws IOException {
        socket.getOutputStream().write(frame(message));
        socket.getOutputStream().flush();
    }

    private long slow() {
        return gateway.refused("slow").orElse(0L);
    }

    private static Applied applied(Desired desired) {
        SignedPolicy policy = desired.policy();
        return new Applied(desired.runner(), policy.revision(), policy.scope(), policy.policy(), 1);
    }

    @Test
    void aNodeThatDoesNotReadIsCutOffAndHoldsNobodyUp() throws IOException {
        gateway.publish(large());
        var stalled = TestNode.enrol(gateway, "stalled");
        var well = TestNode.enrol(gateway, "well");
        try (Socket socket = RawClient.connect(gateway, stalled.ca(), Optional.of(stalled));
                TestNode node = TestNode.connect(gateway, well)) {
            assertEquals(
                    "HTTP/1.1 101 Switching Protocols",
                    RawClient.ask(socket, RawClient.upgrade("/link/v1")));
            say(socket, hello("stalled", RUNNERS));
            node.say(hello("well", 1));
            Thread beats = Thread.ofVirtual().start(() -> beat(socket, node));
            node.say(applied(node.next(Desired.class)));
            Eventually.holds("it is cut off although it beats", () -> slow() == 1);
            gateway.publish(ALLOW_PYPI);
            assertEquals(2, node.next(Desired.class).policy().revision());
            assertFalse(node.isClosed());
            long left = readToTheEnd(socket);
            assertTrue(left < WINDOW, () -> left + " bytes were sent to who does not read");
            beats.interrupt();
        }
        assertEquals(0L, gateway.refused("silent").orElse(0L));
    }

    /** Until it is told to stop: a beat of each every 50 ms. */
    private static void beat(Socket stalled, TestNode well) {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                well.pingUnlessClosed();
                say(stalled, new Heartbeat(Instant.now()));
            } catch (IOException gone) {
                well.pingUnlessClosed();
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    private static void beat(TestNode node) {
        while (!Thread.currentThread().isInterrupted()) {
            node.pingUnlessClosed();
            LockSupport.parkNanos(50_000_000);
        }
    }

    /** How much was under way; fails when the connection does not end. */
    private static long readToTheEnd(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] some = new byte[1 << 16];
        long all = 0;
        try {
            for (int n = in.read(some); n >= 0; n = in.read(some)) {
                all += n;
            }
        } catch (java.net.SocketTimeoutException open) {
            throw new AssertionError("the connection was not cut", open);
        } catch (IOException reset) {
            return all;
        }
        return all;
    }

    @Test
    void aNodeThatNeverAnswersIsSentTheLatestSomeTimesAndThenCutOffWithTheReason() {
        gateway.publish(ALLOW_NPM);
        var credentials = TestNode.enrol(gateway, "n");
        try (TestNode node = TestNode.connect(gateway, credentials)) {
            node.say(hello("n", 1));
            assertEquals(1, node.next(Desired.class).policy().revision());
            gateway.publish(ALLOW_PYPI);
            int[] sent = {1};
            Thread beats = Thread.ofVirtual().start(() -> beat(node));
            Eventually.holds("it is cut off although it beats", () -> slow() == 1);
            beats.interrupt();
            while (node.waiting().peek() instanceof Desired) {
                assertEquals(2, node.next(Desired.class).policy().revision());
                sent[0]++;
            }
            assertEquals(5, sent[0]);
            assertTrue(node.next(Goodbye.class).reason().contains("not answered 4 policies"));
        }
    }
}
