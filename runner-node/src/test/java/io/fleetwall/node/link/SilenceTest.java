package io.fleetwall.node.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetwall.node.bus.Addresses;
import io.fleetwall.node.bus.LinkState;
import io.fleetwall.node.bus.LocalCodec;
import io.fleetwall.node.fleet.Await;
import io.fleetwall.node.fleet.TestAuthority;
import io.fleetwall.node.fleet.TestFleet;
import io.fleetwall.node.fleet.TestGateway;
import io.fleetwall.protocol.message.Heartbeat;
import io.fleetwall.protocol.message.Hello;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
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
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        gateway.close();
    }

    @Test
    void a_gateway_that_only_answers_pings_is_kept() {
        Await.until(() -> gateway.heard(Heartbeat.class).size() >= 8, () -> "eight heartbeats");
        assertEquals(List.of(new LinkState.Up("test", 2)), states);
        assertEquals(1, gateway.heard(Hello.class).size());
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
