package io.fleetwall.gateway;

import static io.fleetwall.gateway.Denials.BOOT;
import static io.fleetwall.gateway.Denials.KEY;
import static io.fleetwall.gateway.Denials.batch;
import static io.fleetwall.gateway.Denials.connect;
import static io.fleetwall.gateway.Denials.deliveries;
import static io.fleetwall.gateway.Denials.denied;
import static io.fleetwall.gateway.Denials.stored;
import static io.fleetwall.gateway.Denials.target;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.config.GatewayConfig.Format;
import io.fleetwall.protocol.message.EventAck;
import io.fleetwall.protocol.message.EventBatch;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AlertTest {
    @TempDir Path state;

    private GatewayUnderTest start(Duration window, GatewayConfig.Target target) {
        return Denials.start(state, window, target);
    }

    @Test
    void eventsAreStoredBeforeTheyAreAcknowledgedAndOnceHoweverOftenTheyCome() {
        try (GatewayUnderTest gateway = GatewayUnderTest.start(state);
                TestNode node = connect(gateway)) {
            EventBatch batch = batch(1, denied("a", "192.0.2.1"), denied("a", "192.0.2.2"));
            node.say(batch);
            EventAck ack = node.next(EventAck.class);
            assertEquals(new EventAck(BOOT, 2), ack);
            assertEquals(2, stored(gateway).size());
            node.say(batch);
            assertEquals(2, node.next(EventAck.class).sequence());
            node.say(batch(2, batch.events().get(1), denied("a", "192.0.2.3")));
            assertEquals(3, node.next(EventAck.class).sequence());
            JsonArray events = stored(gateway);
            assertEquals(3, events.size());
            JsonObject event = events.getJsonObject(0);
            assertEquals("acme/api", event.getJsonObject("job").getString("repository"));
            assertEquals("192.0.2.1", event.getJsonObject("destination").getString("address"));
            assertEquals("denied", event.getJsonObject("judgement").getString("verdict"));
            assertEquals(4, event.getJsonObject("judgement").getLong("revision"));
        }
    }

    @Test
    void aDenialReachesSlackAsOneReadableMessage() {
        try (Receiver receiver = Receiver.start(0);
                GatewayUnderTest gateway =
                        start(
                                Duration.ofSeconds(30),
                                target(Format.SLACK, receiver.port(), "/services/T0/B0/secret"));
                TestNode node = connect(gateway)) {
            node.say(batch(1, denied("a", "192.0.2.1")));
            Eventually.holds("the alert arrives", () -> receiver.deliveries().size() == 1);
            String text = receiver.deliveries().getFirst().text();
            assertTrue(text.contains("Egress blocked"), text);
            assertTrue(text.contains("evil.example.net (192.0.2.1) port 443/tcp"), text);
            assertTrue(text.contains("acme/api, build.yml, test"), text);
            assertTrue(text.contains("curl (pid 4711, uid 1000, parents bash ← node)\\n"), text);
            assertTrue(text.contains("curl --token ***"), text);
            assertTrue(text.contains("n / a"), text);
            assertTrue(text.contains("denied-by-default"), text);
            assertTrue(text.contains("blocked &lt;evil&gt; &amp; co"), text);
            JsonObject json = receiver.deliveries().getFirst().json();
            assertEquals("header", json.getJsonArray("blocks").getJsonObject(0).getString("type"));
        }
    }

    @Test
    void theGenericMessageIsSignedAsStandardWebhooksSays() throws Exception {
        try (Receiver receiver = Receiver.start(0);
                GatewayUnderTest gateway =
                        start(
                                Duration.ofSeconds(30),
                                target(Format.GENERIC, receiver.port(), "/hook?x=1"));
                TestNode node = connect(gateway)) {
            node.say(batch(1, denied("a", "192.0.2.1")));
            Eventually.holds("the alert arrives", () -> receiver.deliveries().size() == 1);
            Receiver.Delivery delivery = receiver.deliveries().getFirst();
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
            String signed =
                    delivery.header("Webhook-id")
                            + "."
                            + delivery.header("Webhook-timestamp")
                            + "."
                            + delivery.text();
            String expected =
                    Base64.getEncoder()
                            .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
            assertEquals("v1," + expected, delivery.header("Webhook-signature"));
            assertEquals("flow.denied", delivery.json().getString("type"));
            assertEquals(2, delivery.json().getJsonObject("data").getInteger("occurrences"));
        }
    }

    @Test
    void anAlertSurvivesAReceiverThatIsDownAndAGatewayThatRestartsAndKeepsItsId() {
        int port = Ports.unused();
        var target = target(Format.GENERIC, port, "/hook");
        try (GatewayUnderTest gateway = start(Duration.ofSeconds(30), target);
                TestNode node = connect(gateway)) {
            node.say(batch(1, denied("a", "192.0.2.1")));
            node.next(EventAck.class);
            Eventually.holds(
                    "an attempt failed",
                    () -> deliveries(gateway).getJsonObject(0).getInteger("attempts") >= 1);
        }
        try (GatewayUnderTest gateway = start(Duration.ofSeconds(30), target);
                Receiver receiver = Receiver.start(port, 500)) {
            Eventually.holds(
                    "it is delivered",
                    () ->
                            deliveries(gateway)
                                    .getJsonObject(0)
                                    .getString("state")
                                    .equals("delivered"));
            assertEquals(2, receiver.deliveries().size());
            assertEquals(
                    receiver.deliveries().get(0).header("Webhook-id"),
                    receiver.deliveries().get(1).header("Webhook-id"));
            assertEquals(receiver.deliveries().get(0).text(), receiver.deliveries().get(1).text());
        }
    }

    @Test
    void manyDenialsOfOneDestinationAreTwoMessagesAndAnotherDestinationIsItsOwn() {
        try (Receiver receiver = Receiver.start(0);
                GatewayUnderTest gateway =
                        start(
                                Duration.ofSeconds(10),
                                target(Format.GENERIC, receiver.port(), "/"));
                TestNode node = connect(gateway)) {
            node.say(batch(1, denied("a", "192.0.2.1")));
            Eventually.holds("the first arrives at once", () -> receiver.deliveries().size() == 1);
            for (int i = 2; i <= 21; i++) {
                node.say(batch(i, denied("a", "192.0.2.1")));
            }
            node.say(batch(22, denied("a", "192.0.2.99")));
            Eventually.holds("the rest arrives as one", () -> receiver.deliveries().size() == 3);
            List<Long> counts =
                    receiver.deliveries().stream()
                            .map(d -> d.json().getJsonObject("data").getLong("occurrences"))
                            .toList();
            assertEquals(2L, counts.get(0));
            assertEquals(Set.of(2L, 40L), Set.copyOf(counts.subList(1, 3)));
            assertNotEquals(
                    receiver.deliveries().get(0).header("Webhook-id"),
                    receiver.deliveries().get(2).header("Webhook-id"));
        }
    }

    @Test
    void theStreamSaysWhatHappensAndResumesWhereAReaderStopped() throws Exception {
        try (GatewayUnderTest gateway = GatewayUnderTest.start(state);
                TestNode node = connect(gateway);
                HttpClient http = HttpClient.newHttpClient()) {
            node.say(batch(1, denied("a", "192.0.2.1")));
            node.next(EventAck.class);
            long first = stored(gateway).getJsonObject(0).getLong("cursor");
            node.say(batch(2, denied("a", "192.0.2.2")));
            node.next(EventAck.class);
            var request =
                    gateway.request("/api/v1/events/stream?kind=flow.denied")
                            .header("Last-Event-ID", Long.toString(first))
                            .GET()
                            .build();
            try (var lines = http.send(request, BodyHandlers.ofLines()).body()) {
                var data =
                        lines.filter(line -> line.startsWith("data: "))
                                .map(line -> new JsonObject(line.substring(6)))
                                .iterator();
                assertEquals("192.0.2.2", address(data.next()));
                node.say(batch(3, denied("a", "192.0.2.3")));
                assertEquals("192.0.2.3", address(data.next()));
            }
        }
    }

    private static String address(JsonObject event) {
        return event.getJsonObject("destination").getString("address");
    }
}
