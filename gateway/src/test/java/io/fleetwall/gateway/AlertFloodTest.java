package io.fleetwall.gateway;

import static io.fleetwall.gateway.Denials.batch;
import static io.fleetwall.gateway.Denials.connect;
import static io.fleetwall.gateway.Denials.denied;
import static io.fleetwall.gateway.Denials.stored;
import static io.fleetwall.gateway.Denials.target;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.config.GatewayConfig.Format;
import io.fleetwall.gateway.config.Network;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.message.EventAck;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that calls one address after the other must not hold up the alerts of another. */
final class AlertFloodTest {
    private static final int TOLD = 5;
    private static final int CALLED = 90;

    @TempDir Path state;

    private GatewayUnderTest start(int port) {
        return Denials.start(
                state,
                new GatewayConfig.Webhooks(
                        List.of(Network.parse("127.0.0.0/8").orElseThrow()),
                        Duration.ofSeconds(2),
                        List.of(target(Format.GENERIC, port, "/")),
                        Map.of(),
                        List.of(),
                        TOLD));
    }

    private static long told(JsonObject delivery) {
        return delivery.getJsonObject("data").getLong("occurrences");
    }

    @Test
    void whatAJobDoesBeyondSoManyIncidentsIsOneMoreAndNothingIsLost() {
        try (Receiver receiver = Receiver.start(0);
                GatewayUnderTest gateway = start(receiver.port());
                TestNode node = connect(gateway)) {
            Event[] scan =
                    IntStream.range(0, CALLED)
                            .mapToObj(i -> denied("a", "192.0.2." + i))
                            .toArray(Event[]::new);
            node.say(batch(1, scan));
            node.next(EventAck.class);
            node.say(batch(CALLED + 1, denied("b", "198.51.100.1")));
            node.next(EventAck.class);
            Eventually.holds(
                    "every packet is told of",
                    () ->
                            receiver.deliveries().stream().mapToLong(one -> told(one.json())).sum()
                                    == 2L * (CALLED + 1));
            List<JsonObject> all = receiver.deliveries().stream().map(one -> one.json()).toList();
            assertEquals(TOLD + 1 + 1, all.size(), all::toString);
            List<JsonObject> crowd =
                    all.stream()
                            .filter(one ->
                                    one.getJsonObject("data")
                                            .getString("message")
                                            .startsWith("one of many: beyond " + TOLD))
                            .toList();
            assertEquals(1, crowd.size());
            assertEquals(2L * (CALLED - TOLD), told(crowd.getFirst()));
            assertTrue(
                    all.stream()
                            .anyMatch(one ->
                                    one.getJsonObject("data").getString("runner").equals("b")),
                    "the other runner's alert is its own");
            assertEquals(CALLED + 1, stored(gateway).size(), "the log has every event");
            assertFalse(stored(gateway).encode().contains("one of many"), "as it was");
        }
    }
}
