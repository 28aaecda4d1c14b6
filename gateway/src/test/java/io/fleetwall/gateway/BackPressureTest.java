package io.fleetwall.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.config.Secret;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.laboratory.postgres.PostgresServer;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.UuidV7;
import io.fleetwall.protocol.message.EventAck;
import io.fleetwall.protocol.message.EventBatch;
import io.fleetwall.protocol.message.Heartbeat;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.Message;
import io.fleetwall.protocol.message.Welcome;
import io.vertx.core.Future;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that is held up: nodes wait, and no link is closed for it. */
final class BackPressureTest {
    private static final UUID BOOT = UUID.randomUUID();
    private static final UuidV7 IDS = new UuidV7(InstantSource.system(), new Random(5));

    /** Two of them a batch: 300 batches are 36 MB, far more than buffers of sockets hold. */
    private static final String LONG = "x".repeat(60_000);

    @TempDir Path state;
    private GatewayUnderTest gateway;
    private final CountDownLatch over = new CountDownLatch(1);

    @BeforeEach
    void start() {
        gateway = GatewayUnderTest.start(state);
    }

    @AfterEach
    void stop() {
        over.countDown();
        gateway.close();
    }

    /** Another process holds the database, for less time than writers wait for it. */
    private Thread holdTheStore() {
        CountDownLatch held = new CountDownLatch(1);
        Thread holder =
                Thread.ofVirtual()
                        .start(() -> {
                            try (Database other = Database.open(state.resolve("fleetwall.db"))) {
                                other.write(tx -> {
                                    held.countDown();
                                    return await(over);
                                });
                            }
                        });
        assertTrue(await(held));
        return holder;
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static EventBatch batch(long first, String... messages) {
        return new EventBatch(
                BOOT,
                first,
                Stream.of(messages)
                        .map(message ->
                                new Event(
                                        IDS.next(),
                                        Instant.EPOCH,
                                        "n",
                                        "a",
                                        EventKind.FLOW_DENIED,
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        1,
                                        message))
                        .toList());
    }

    @Test
    void aNodeIsNotReadWhileTheStoreIsHeldUpAndItsLinkStays() throws Exception {
        int batches = 300;
        var credentials = TestNode.enrol(gateway, "n");
        try (TestNode node = TestNode.connect(gateway, credentials)) {
            node.say(new Hello(1, "n", UUID.randomUUID(), "test", "6.18", List.of()));
            node.next(Welcome.class);
            Thread holder = holdTheStore();
            AtomicInteger written = new AtomicInteger();
            for (int i = 0; i < batches; i++) {
                node.write(batch(1 + 2L * i, LONG, LONG))
                        .onSuccess(done -> written.incrementAndGet());
            }
            AtomicInteger before = new AtomicInteger(-1);
            // Longer than the silence for which a link that is read is closed.
            Eventually.holds(
                    "the gateway reads no more",
                    new Eventually.Patience(Duration.ofMillis(2_500), Duration.ofSeconds(9)),
                    () -> written.get() == before.getAndSet(written.get()));
            assertTrue(written.get() < batches, "all " + batches + " were taken");
            assertFalse(node.isClosed());
            assertEquals(0, node.waiting().size(), "acknowledged before it was stored");
            over.countDown();
            Thread beating = Thread.ofVirtual().start(() -> beat(node));
            assertTrue(holder.join(Duration.ofSeconds(10)));
            for (int i = 0; i < batches; i++) {
                assertEquals(2L + 2L * i, node.next(EventAck.class).sequence());
            }
            assertFalse(node.isClosed());
            assertEquals(batches, written.get());
            beating.interrupt();
            assertTrue(beating.join(Duration.ofSeconds(10)));
        }
    }

    @Test
    void aStoreThatCrashesAndComesBackClosesNoLinkAndWhatWasSaidIsStoredOnce() throws Exception {
        gateway.close();
        try (PostgresServer server = PostgresServer.start()) {
            var store =
                    new GatewayConfig.Store.Postgresql(
                            server.database(), "fleetwall", new Secret(""));
            gateway =
                    GatewayUnderTest.start(
                            state.resolve("other"), c -> GatewayUnderTest.on(c, store));
            try (TestNode node = TestNode.connect(gateway, TestNode.enrol(gateway, "n"))) {
                node.say(new Hello(1, "n", UUID.randomUUID(), "test", "6.18", List.of()));
                node.say(batch(1, "before"));
                assertEquals(1, node.next(EventAck.class).sequence());
                Thread beating = Thread.ofVirtual().start(() -> beat(node));
                server.crash();
                node.say(batch(2, "during", "it"));
                // Longer than the silence for which a link is closed.
                assertFalse(node.hears(EventAck.class, Duration.ofMillis(2_500)));
                assertFalse(node.isClosed());
                server.restart();
                assertEquals(3, node.next(EventAck.class).sequence());
                node.say(batch(4, "after"));
                assertEquals(4, node.next(EventAck.class).sequence());
                assertFalse(node.isClosed());
                beating.interrupt();
                assertTrue(beating.join(Duration.ofSeconds(10)));
            }
            List<String> told =
                    gateway
                            .get("/api/v1/events?kind=flow.denied")
                            .body()
                            .getJsonArray("events")
                            .stream()
                            .map(event -> ((JsonObject) event).getString("message"))
                            .toList();
            assertEquals(List.of("before", "during", "it", "after"), told);
        }
    }

    /** As an agent does, that has nothing else to say. */
    private static void beat(TestNode node) {
        while (!Thread.currentThread().isInterrupted()) {
            node.pingUnlessClosed();
            LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
        }
    }

    @Test
    void aNodeByLongPollWaitsForItsAnswerAndWhatFindsNoRoomClosesNothing() throws Exception {
        int batches = 1_500;
        var credentials = TestNode.enrol(gateway, "n");
        try (PollNode node = new PollNode(gateway, Optional.of(credentials), HttpVersion.HTTP_2)) {
            assertEquals(
                    204, node.say(new Hello(1, "n", UUID.randomUUID(), "test", "6", List.of())));
            assertEquals(1, node.heard().size());
            Thread holder = holdTheStore();
            List<Message> all = new ArrayList<>();
            for (int i = 0; i < batches; i++) {
                all.add(batch(1 + i, "number " + i));
            }
            Future<PollNode.Heard> said = node.saying(all.toArray(Message[]::new));
            Future<PollNode.Heard> hearing = node.hear();
            Eventually.holds(
                    "the gateway has read it",
                    () -> gateway.get("/api/v1/health/live").status() == 200);
            assertFalse(said.isComplete());
            over.countDown();
            assertTrue(holder.join(Duration.ofSeconds(10)));
            assertEquals(204, TestNode.await(said).status());
            long acknowledged = 0;
            List<Long> sequences = new ArrayList<>();
            TestNode.await(hearing)
                    .messages()
                    .forEach(message -> sequences.add(((EventAck) message).sequence()));
            while (sequences.size() < 1_024) {
                assertEquals(204, node.say(new Heartbeat(Instant.now())));
                node.heard().forEach(message -> sequences.add(((EventAck) message).sequence()));
            }
            for (long sequence : sequences) {
                assertEquals(++acknowledged, sequence);
            }
            assertTrue(acknowledged < batches, "there was room for everything");
            // As the node does after half a minute without an acknowledgement.
            assertEquals(204, node.say(batch(acknowledged + 1, "again")));
            assertEquals(acknowledged + 1, ((EventAck) node.heard().getFirst()).sequence());
            assertFalse(node.isClosed());
        }
    }
}
