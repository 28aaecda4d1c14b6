package io.fleetwall.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.config.GatewayConfig.Format;
import io.fleetwall.gateway.config.Network;
import io.fleetwall.gateway.config.Secret;
import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.protocol.event.Destination;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.Judgement;
import io.fleetwall.protocol.event.ProcessIdentity;
import io.fleetwall.protocol.event.UuidV7;
import io.fleetwall.protocol.message.EventAck;
import io.fleetwall.protocol.message.EventBatch;
import io.fleetwall.protocol.message.Goodbye;
import io.fleetwall.protocol.message.Hello;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

final class AlertTest {
    private static final byte[] KEY =
            "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(KEY);
    private static final UUID BOOT = UUID.randomUUID();
    private static final UuidV7 IDS = new UuidV7(InstantSource.system(), new Random(7));

    @TempDir Path state;

    private static Event denied(String runner, String address) {
        return new Event(
                IDS.next(),
                Instant.parse("2026-11-22T10:00:00Z"),
                "n",
                runner,
                EventKind.FLOW_DENIED,
                Optional.of(
                        new Job(
                                "acme",
                                "acme/api",
                                "build.yml",
                                "test",
                                "refs/heads/main",
                                "7",
                                1,
                                "eve")),
                Optional.of(new Destination(address, 443, "tcp", "evil.example.net")),
                Optional.of(new Judgement("denied-by-default", Mode.ENFORCE, 4, "", "", "", 0)),
                Optional.of(
                        new ProcessIdentity(
                                4711,
                                1000,
                                "curl",
                                "/usr/bin/curl",
                                "curl --token ***",
                                List.of(
                                        new ProcessIdentity.Parent(12, "bash"),
                                        new ProcessIdentity.Parent(11, "node")),
                                "",
                                "")),
                2,
                "blocked <evil> & co");
    }

    private static EventBatch batch(long first, Event... events) {
        return new EventBatch(BOOT, first, List.of(events));
    }

    private static TestNode connect(GatewayUnderTest gateway) {
        TestNode node = TestNode.connect(gateway, TestNode.enrol(gateway, "n"));
        node.say(new Hello(1, "n", BOOT, "test", "6.18", List.of()));
        return node;
    }

    private static GatewayConfig.Target target(Format format, int port, String path) {
        return new GatewayConfig.Target(
                "channel",
                format,
                new Secret("http://127.0.0.1:" + port + path),
                format == Format.GENERIC ? Optional.of(new Secret(SECRET)) : Optional.empty(),
                Set.of("flow.*"));
    }

    private GatewayUnderTest start(Duration window, GatewayConfig.Target target) {
        var loopback = List.of(Network.parse("127.0.0.0/8").orElseThrow());
        return start(new GatewayConfig.Webhooks(loopback, window, List.of(target)));
    }

    private GatewayUnderTest start(GatewayConfig.Webhooks webhooks) {
        return GatewayUnderTest.start(state, config -> GatewayUnderTest.alerting(config, webhooks));
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
        int port;
        try (Receiver probe = Receiver.start(0)) {
            port = probe.port();
        }
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
                Receiver receiver = Receiver.start(port)) {
            receiver.answer(500);
            Eventually.holds("it is tried again", () -> receiver.deliveries().size() == 1);
            receiver.answer(200);
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
                        start(Duration.ofSeconds(6), target(Format.GENERIC, receiver.port(), "/"));
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
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level before = root.getLevel();
        logged.start();
        root.addAppender(logged);
        root.setLevel(Level.DEBUG);
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
        } finally {
            root.setLevel(before);
            root.detachAppender(logged);
        }
        List<String> lines =
                List.copyOf(logged.list).stream()
                        .map(e -> e.getFormattedMessage() + e.getKeyValuePairs())
                        .toList();
        assertTrue(lines.stream().anyMatch(l -> l.contains("alert not delivered")));
        assertEquals(
                List.of(), lines.stream().filter(l -> l.contains("credential-in-path")).toList());
        assertEquals(List.of(), lines.stream().filter(l -> l.contains(SECRET)).toList());
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

    private static JsonArray stored(GatewayUnderTest gateway) {
        return gateway.get("/api/v1/events?kind=flow.denied").body().getJsonArray("events");
    }

    private static JsonArray deliveries(GatewayUnderTest gateway) {
        return gateway.get("/api/v1/webhooks/deliveries").body().getJsonArray("deliveries");
    }
}
