package io.fleetwall.node.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.bus.Addresses;
import io.fleetwall.node.bus.Happening;
import io.fleetwall.node.bus.LinkState;
import io.fleetwall.node.bus.LocalCodec;
import io.fleetwall.node.enforce.FleetKeys;
import io.fleetwall.node.fleet.Await;
import io.fleetwall.node.fleet.TestAuthority;
import io.fleetwall.node.fleet.TestFleet;
import io.fleetwall.node.fleet.TestGateway;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.KeyStatement;
import io.fleetwall.protocol.message.KeysChanged;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose policies count on a node, and who may change that, over a real link. */
class MembershipTest {
    private static final Scope IDLE = new Scope(new TreeSet<>(List.of("linux")), Optional.empty());

    @TempDir Path place;
    private final TestAuthority authority = new TestAuthority();
    private final TestFleet first = new TestFleet();
    private final TestFleet second = new TestFleet();
    private final TestFleet third = new TestFleet();
    private final TestFleet stranger = new TestFleet();
    private final TestGateway gateway = new TestGateway(authority, first);
    private final Vertx vertx = Vertx.vertx();
    private final FleetKeys keys = new FleetKeys();
    private final List<Happening> events = new CopyOnWriteArrayList<>();
    private final List<LinkState> states = new CopyOnWriteArrayList<>();

    private final KeyStatement both = first.sign(1, first, second);
    private final KeyStatement retired = second.sign(2, second);

    MembershipTest() throws Exception {}

    @BeforeEach
    void listen() {
        LocalCodec.register(vertx.eventBus());
        vertx.eventBus().<Happening>localConsumer(Addresses.EVENT, m -> events.add(m.body()));
        vertx.eventBus().<LinkState>localConsumer(Addresses.LINK_STATE, m -> states.add(m.body()));
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        gateway.close();
    }

    private void link() throws Exception {
        new TestLink(vertx, authority, gateway, keys).deploy(place);
        Await.until(() -> gateway.heard(Hello.class).size() == 1, () -> "a hello");
    }

    private void say(KeyStatement... statements) {
        gateway.say(new KeysChanged(List.of(statements)));
    }

    private static boolean counts(FleetKeys keys, TestFleet fleet) {
        return keys.accepts(fleet.sign(1, IDLE, "mode: enforce"));
    }

    private boolean counts(TestFleet fleet) {
        return counts(keys, fleet);
    }

    private FleetKeys afterRestart() throws Exception {
        FleetKeys kept = new FleetKeys();
        Membership.trustStored(place, kept);
        return kept;
    }

    @Test
    void the_next_key_counts_once_the_present_one_says_so_and_a_retired_one_never_again()
            throws Exception {
        link();
        assertTrue(counts(first));
        assertFalse(counts(second));
        say(both);
        Await.until(() -> counts(second), () -> "the second key");
        assertTrue(counts(first), "until it is retired");
        assertTrue(counts(afterRestart(), second));
        say(both, retired);
        Await.until(() -> !counts(first), () -> "the end of the first key");
        assertTrue(counts(second));
        assertFalse(counts(afterRestart(), first));
        say(both);
        say(first.sign(3, first));
        Await.until(() -> events.size() == 1, events::toString);
        assertFalse(counts(first), "an old statement says nothing, a retired key neither");
        assertTrue(counts(second));
    }

    @Test
    void a_node_that_was_away_follows_all_that_was_said_meanwhile() throws Exception {
        link();
        say(both, retired, second.sign(3, second, third), third.sign(4, third));
        Await.until(() -> counts(third), () -> "the third key");
        assertFalse(counts(first));
        assertFalse(counts(second));
        assertTrue(counts(afterRestart(), third));
        assertEquals(List.of(), events);
    }

    @Test
    void what_no_trusted_key_has_signed_changes_nothing_and_is_told() throws Exception {
        link();
        List<List<KeyStatement>> forged =
                List.of(
                        List.of(stranger.sign(1, first, stranger)),
                        List.of(second.sign(1, first, second)),
                        List.of(retired),
                        List.of(both, first.sign(3, stranger)),
                        List.of(both, stranger.sign(2, stranger)),
                        List.of(new KeyStatement(1, both.keys(), both.keyId(), new byte[64])),
                        List.of(noKey()));
        for (int i = 0; i < forged.size(); i++) {
            int told = i + 1;
            gateway.say(new KeysChanged(forged.get(i)));
            Await.until(() -> events.size() == told, events::toString);
            assertEquals(EventKind.POLICY_REFUSED, events.getLast().kind());
            assertTrue(counts(first));
            assertFalse(counts(second));
            assertFalse(counts(stranger));
        }
        assertFalse(counts(afterRestart(), stranger));
        say(both);
        Await.until(() -> counts(second), () -> "the fleet's own word");
    }

    private KeyStatement noKey() {
        return first.sign(1, new byte[] {1, 2, 3});
    }

    @Test
    void another_certificate_changes_nothing_about_whose_policies_count() throws Exception {
        authority.lasting(Duration.ofSeconds(4), Duration.ofSeconds(16));
        link();
        say(both, retired);
        Await.until(() -> counts(second) && !counts(first), () -> "the rotation");
        authority.lasting(Duration.ofSeconds(60), Duration.ofHours(1));
        Await.until(() -> gateway.heard(Hello.class).size() == 2, () -> "the renewal");
        assertTrue(counts(second), "although the gateway's answer named the first key");
        assertFalse(counts(first));
        assertFalse(counts(afterRestart(), first));
    }

    @Test
    void a_gateway_of_the_version_before_is_understood_and_one_of_none_that_is_known_is_left()
            throws Exception {
        gateway.speaks(1);
        link();
        Await.until(() -> states.contains(new LinkState.Up("test", 1)), states::toString);
        gateway.speaks(3);
        gateway.stop();
        gateway.start();
        String left =
                "the gateway speaks protocol version 3, which this agent does not:"
                        + " update the older of both";
        Await.until(() -> states.contains(new LinkState.Down(left)), states::toString);
    }
}
