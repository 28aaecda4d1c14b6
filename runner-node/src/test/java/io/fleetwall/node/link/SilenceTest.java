package io.fleetwall.node.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.bus.Addresses;
import io.fleetwall.node.bus.LinkState;
import io.fleetwall.node.bus.LocalCodec;
import io.fleetwall.node.fleet.Await;
import io.fleetwall.node.fleet.TestAuthority;
import io.fleetwall.node.fleet.TestFleet;
import io.fleetwall.node.fleet.TestGateway;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.message.EventBatch;
import io.fleetwall.protocol.message.Heartbeat;
import io.fleetwall.protocol.message.Hello;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a node finds out that its gateway is gone although the connection is not. */
class SilenceTest {
    @TempDir Path place;
    private final TestAuthority authority;
    private final TestGateway gateway;
    private final Vertx vertx = Vertx.vertx();
    private final CountDownLatch thaw = new CountDownLatch(1);
    private final List<LinkState> states = new CopyOnWriteArrayList<>();

    SilenceTest() throws Exception {
        authority = new TestAuthority();
        gateway = new TestGateway(authority, new TestFleet());
    }

    @BeforeEach
    void link() throws Exception {
        LocalCodec.register(vertx.eventBus());
        vertx.eventBus()
                .<LinkState>localConsumer(Addresses.LINK_STATE, state -> states.add(state.body()));
        new TestLink(vertx, authority, gateway).deploy(place);
        Await.until(() -> gateway.heard(Hello.class).size() == 1, () -> "a hello");
    }

    @AfterEach
    void stop() throws Exception {
        thaw.countDown();
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        gateway.close();
    }

    @Test
    void a_gateway_that_only_answers_pings_is_kept() {
        Await.until(() -> gateway.heard(Heartbeat.class).size() >= 8, () -> "eight heartbeats");
        assertEquals(List.of(new LinkState.Up("test", 2)), states);
        assertEquals(1, gateway.heard(Hello.class).size());
    }

    @Test
    void what_a_gateway_does_not_read_is_not_gathered_in_memory() {
        gateway.holdBack(thaw);
        int many = 200;
        for (int i = 1; i <= many; i++) {
            vertx.eventBus().send(Addresses.LINK_SAY, batch(i));
        }
        CountDownLatch said = new CountDownLatch(1);
        vertx.setTimer(2_000, _ -> said.countDown());
        Await.until(() -> said.getCount() == 0, () -> "two seconds");
        thaw.countDown();
        Await.until(() -> !batches().isEmpty(), () -> "a batch");
        int beats = gateway.heard(Heartbeat.class).size();
        Await.until(() -> gateway.heard(Heartbeat.class).size() > beats + 5, () -> "all is read");
        // Buffers of two sockets and the link's own; 50 MB were said.
        assertTrue(batches().size() < many / 2, () -> batches().size() + " batches");
        vertx.eventBus().send(Addresses.LINK_SAY, batch(many + 1));
        Await.until(() -> batches().getLast().firstSequence() == many + 1, () -> "the last batch");
        assertEquals(List.of(new LinkState.Up("test", 2)), states);
    }

    private List<EventBatch> batches() {
        return gateway.heard(EventBatch.class);
    }

    private static EventBatch batch(int number) {
        Event event =
                new Event(
                        new UUID(7, number),
                        Instant.EPOCH,
                        "node-1",
                        "r",
                        EventKind.LOSS,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        1,
                        "x".repeat(60_000));
        return new EventBatch(new UUID(7, 7), number, List.of(event, event, event, event));
    }

    @Test
    void a_gateway_that_answers_nothing_any_more_is_left_and_looked_for_again() {
        gateway.freeze(thaw);
        Await.until(
                () -> states.contains(new LinkState.Down("the gateway is silent")),
                states::toString);
        thaw.countDown();
        Await.until(() -> gateway.heard(Hello.class).size() == 2, () -> "a second hello");
    }
}
