package io.fleetwall.gateway;

import static io.fleetwall.gateway.Denials.SECRET;
import static io.fleetwall.gateway.Denials.batch;
import static io.fleetwall.gateway.Denials.connect;
import static io.fleetwall.gateway.Denials.deliveries;
import static io.fleetwall.gateway.Denials.denied;
import static io.fleetwall.gateway.Denials.stored;
import static io.fleetwall.gateway.Denials.target;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.config.GatewayConfig.Format;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.message.Goodbye;
import io.vertx.core.json.JsonArray;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an alert must never do: reach inside, follow, tell a credential, speak for another. */
final class AlertSafetyTest {
    @TempDir Path state;

    private GatewayUnderTest start(Duration window, GatewayConfig.Target target) {
        return Denials.start(state, window, target);
    }

    private GatewayUnderTest start(GatewayConfig.Webhooks webhooks) {
        return Denials.start(state, webhooks);
    }

    @Test
    void aPrivateTargetThatIsNotListedIsNeverConnectedTo() {
        try (Receiver receiver = Receiver.start(0);
                GatewayUnderTest gateway =
                        start(
                                new GatewayConfig.Webhooks(
                                        List.of(),
                                        Duration.ofSeconds(30),
                                        List.of(target(Format.GENERIC, receiver.port(), "/"))));
                TestNode node = connect(gateway)) {
            node.say(batch(1, denied("a", "192.0.2.1")));
            Eventually.holds(
                    "it is refused",
                    () -> {
                        JsonArray all = deliveries(gateway);
                        return !all.isEmpty() && all.getJsonObject(0).containsKey("last");
                    });
            String outcome =
                    deliveries(gateway).getJsonObject(0).getJsonObject("last").getString("outcome");
            assertTrue(outcome.contains("allowPrivateTargets"), outcome);
            assertEquals(List.of(), receiver.deliveries());
        }
    }

    @Test
    void redirectsAreNotFollowed() {
        try (Receiver receiver = Receiver.start(0);
                GatewayUnderTest gateway =
                        start(
                                Duration.ofSeconds(30),
                                target(Format.GENERIC, receiver.port(), "/a"));
                TestNode node = connect(gateway)) {
            receiver.answer(302);
            node.say(batch(1, denied("a", "192.0.2.1")));
            Eventually.holds(
                    "it is tried again and the answer is on record",
                    () ->
                            receiver.deliveries().size() >= 2
                                    && deliveries(gateway).getJsonObject(0).containsKey("last"));
            assertEquals(
                    Set.of(receiver.deliveries().getFirst().header("Webhook-id")),
                    Set.copyOf(
                            receiver.deliveries().stream()
                                    .map(d -> d.header("Webhook-id"))
                                    .toList()));
            assertEquals(
                    "status 302",
                    deliveries(gateway)
                            .getJsonObject(0)
                            .getJsonObject("last")
                            .getString("outcome"));
        }
    }

    @Test
    void neitherAddressesNorSigningKeysOfTargetsAreEverLogged() {
        List<String> lines;
        try (LogLines logged = LogLines.from(Level.DEBUG)) {
            anAlertFails();
            lines = logged.all();
        }
        assertTrue(lines.stream().anyMatch(l -> l.contains("alert not delivered")));
        assertEquals(
                List.of(), lines.stream().filter(l -> l.contains("credential-in-path")).toList());
        assertEquals(List.of(), lines.stream().filter(l -> l.contains(SECRET)).toList());
    }

    private void anAlertFails() {
        try (Receiver receiver = Receiver.start(0);
                GatewayUnderTest gateway =
                        start(
                                Duration.ofSeconds(30),
                                target(Format.GENERIC, receiver.port(), "/credential-in-path"));
                TestNode node = connect(gateway)) {
            receiver.answer(500);
            node.say(batch(1, denied("a", "192.0.2.1")));
            Eventually.holds("it failed", () -> receiver.deliveries().size() >= 2);
            assertFalse(
                    gateway.get("/api/v1/webhooks/deliveries")
                            .body()
                            .encode()
                            .contains("credential-in-path"));
        }
    }

    @Test
    void anEventInAnotherNodesNameIsRefusedAndNotStored() {
        try (GatewayUnderTest gateway = GatewayUnderTest.start(state);
                TestNode node = connect(gateway)) {
            Event mine = denied("a", "192.0.2.1");
            Event theirs =
                    new Event(
                            mine.id(),
                            mine.at(),
                            "other",
                            "a",
                            mine.kind(),
                            mine.job(),
                            mine.destination(),
                            mine.judgement(),
                            1,
                            "");
            node.say(batch(1, theirs));
            assertTrue(node.next(Goodbye.class).reason().contains("other"));
            assertEquals(0, stored(gateway).size());
        }
    }
}
