package io.fleetwall.node.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.laboratory.process.Quickest;
import io.fleetwall.node.bus.Addresses;
import io.fleetwall.node.bus.LinkState;
import io.fleetwall.node.bus.LocalCodec;
import io.fleetwall.node.fleet.Await;
import io.fleetwall.node.fleet.TestAuthority;
import io.fleetwall.node.fleet.TestFleet;
import io.fleetwall.node.fleet.TestGateway;
import io.fleetwall.protocol.message.EventAck;
import io.fleetwall.protocol.message.Heartbeat;
import io.fleetwall.protocol.message.Hello;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose upgrades are refused after TLS was agreed on, by a real server. */
class FallbackTest {
    @TempDir Path place;
    private final TestAuthority authority;
    private final TestGateway gateway;
    private final Vertx vertx = Vertx.vertx();
    private final List<LinkState> states = new CopyOnWriteArrayList<>();
    private final List<Long> acknowledged = new CopyOnWriteArrayList<>();

    FallbackTest() throws Exception {
        authority = new TestAuthority();
        gateway = new TestGateway(authority, new TestFleet());
    }

    @BeforeEach
    void start() {
        LocalCodec.register(vertx.eventBus());
        vertx.eventBus().<LinkState>localConsumer(Addresses.LINK_STATE, m -> states.add(m.body()));
        vertx.eventBus()
                .<EventAck>localConsumer(
                        Addresses.EVENT_ACK, m -> acknowledged.add(m.body().sequence()));
        authority.lasting(Duration.ofSeconds(60), Duration.ofHours(1));
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        gateway.close();
    }

    @Test
    void after_three_refused_upgrades_the_node_links_by_long_poll_and_speaks_and_hears()
            throws Exception {
        gateway.upgrades(TestGateway.Upgrades.REFUSED);
        link(Duration.ofMinutes(10));
        Await.until(() -> gateway.heard(Heartbeat.class).size() >= 3, () -> "heartbeats");
        assertTrue(gateway.isPolled());
        assertEquals(3, gateway.uselessUpgrades());
        assertEquals(1, gateway.heard(Hello.class).size());
        assertTrue(states.getLast() instanceof LinkState.Up);

        Quickest.isBelow(Duration.ofSeconds(1), this::fifty);
    }

    /** How long fifty messages take. */
    private Duration fifty() {
        acknowledged.clear();
        long before = System.nanoTime();
        for (long sequence = 1; sequence <= 50; sequence++) {
            gateway.say(new EventAck(UUID.randomUUID(), sequence));
        }
        Await.until(() -> acknowledged.size() == 50, () -> "fifty messages");
        Duration took = Duration.ofNanos(System.nanoTime() - before);
        for (int i = 0; i < 50; i++) {
            assertEquals(i + 1, acknowledged.get(i), "in order");
        }
        return took;
    }

    @Test
    void it_goes_back_to_a_websocket_once_one_comes_through_and_is_never_without_a_link()
            throws Exception {
        gateway.upgrades(TestGateway.Upgrades.REFUSED);
        link(Duration.ofMillis(300));
        Await.until(gateway::isPolled, () -> "the long poll");
        Await.until(() -> gateway.uselessUpgrades() >= 5, () -> "attempts meanwhile");
        int downs = downs();
        gateway.upgrades(TestGateway.Upgrades.ACCEPTED);
        Await.until(() -> gateway.heard(Hello.class).size() == 2, () -> "the second hello");
        Await.until(() -> !gateway.isPolled(), () -> "the end of the poll");
        int heard = gateway.heard(Heartbeat.class).size();
        Await.until(() -> gateway.heard(Heartbeat.class).size() > heard + 2, () -> "heartbeats");
        assertEquals(downs, downs());
    }

    @Test
    void after_three_upgrades_over_which_nothing_comes_the_node_links_by_long_poll()
            throws Exception {
        gateway.upgrades(TestGateway.Upgrades.SWALLOWED);
        link(Duration.ofMinutes(10));
        Await.until(() -> gateway.heard(Heartbeat.class).size() >= 3, () -> "heartbeats");
        assertTrue(gateway.isPolled());
        assertEquals(3, gateway.uselessUpgrades());
        assertEquals(1, gateway.heard(Hello.class).size());
    }

    @Test
    void a_websocket_over_which_nothing_comes_does_not_end_the_long_poll() throws Exception {
        gateway.upgrades(TestGateway.Upgrades.REFUSED);
        link(Duration.ofMillis(300));
        Await.until(gateway::isPolled, () -> "the long poll");
        int downs = downs();
        int before = gateway.uselessUpgrades();
        gateway.upgrades(TestGateway.Upgrades.SWALLOWED);
        Await.until(() -> gateway.uselessUpgrades() >= before + 3, () -> "attempts meanwhile");
        int heard = gateway.heard(Heartbeat.class).size();
        Await.until(() -> gateway.heard(Heartbeat.class).size() > heard + 2, () -> "heartbeats");
        assertTrue(gateway.isPolled());
        assertEquals(1, gateway.heard(Hello.class).size());
        assertEquals(downs, downs());
    }

    @Test
    void a_gateway_that_is_away_is_no_reason_to_do_without_websockets() throws Exception {
        int port = gateway.start();
        gateway.stop();
        deploy(port, Duration.ofMinutes(10));
        Await.until(() -> downs() >= 5, () -> "refused connections");
        gateway.start();
        Await.until(() -> !gateway.heard(Hello.class).isEmpty(), () -> "the hello");
        assertFalse(gateway.isPolled());
    }

    private int downs() {
        return (int) states.stream().filter(LinkState.Down.class::isInstance).count();
    }

    private void link(Duration socketAgain) throws Exception {
        deploy(gateway.start(), socketAgain);
    }

    private void deploy(int port, Duration socketAgain) throws Exception {
        new TestLink(vertx, authority, gateway)
                .deploy(place, port, new Roads.Pace(Duration.ofMillis(700), socketAgain));
    }
}
