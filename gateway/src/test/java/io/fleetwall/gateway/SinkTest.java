package io.fleetwall.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.condition.Severity;
import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.config.GatewayConfig.Format;
import io.fleetwall.gateway.config.Network;
import io.fleetwall.gateway.config.Secret;
import io.fleetwall.gateway.config.Tuning;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.protocol.event.Destination;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.Judgement;
import io.fleetwall.protocol.event.UuidV7;
import io.fleetwall.protocol.message.EventAck;
import io.fleetwall.protocol.message.EventBatch;
import io.fleetwall.protocol.message.Hello;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SinkTest {
    private static final UUID BOOT = UUID.randomUUID();
    private static final UuidV7 IDS = new UuidV7(InstantSource.system(), new Random(9));

    @TempDir Path state;

    private static Event denied(String name) {
        return new Event(
                IDS.next(),
                Instant.parse("2026-11-22T10:00:00Z"),
                "n",
                "a",
                EventKind.FLOW_DENIED,
                Optional.empty(),
                Optional.of(new Destination("192.0.2.1", 443, "tcp", name)),
                Optional.of(new Judgement("denied-by-default", Mode.ENFORCE, 4, "", "", "", 0)),
                1,
                "blocked " + name);
    }

    private static void say(TestNode node, long first, Event... events) {
        node.say(new EventBatch(BOOT, first, List.of(events)));
        assertEquals(first + events.length - 1, node.next(EventAck.class).sequence());
    }

    private static TestNode connect(GatewayUnderTest gateway) {
        TestNode node = TestNode.connect(gateway, TestNode.enrol(gateway, "n"));
        node.say(new Hello(1, "n", BOOT, "test", "6.18", List.of()));
        return node;
    }

    private GatewayUnderTest start(Format format, String url, Optional<Path> authority) {
        Tuning usual = Tuning.of(format);
        Tuning tuning =
                new Tuning(
                        new Tuning.Wanted(Optional.empty(), Severity.LOW),
                        new Tuning.Form(
                                usual.form().shape(),
                                Optional.empty(),
                                Map.of("X-Team", new Secret("security")),
                                Map.of()),
                        usual.pace(),
                        authority);
        var target =
                new GatewayConfig.Target(
                        "sink",
                        format,
                        new Secret(url),
                        Optional.of(new Secret("key-of-the-receiver")),
                        Set.of("flow.*"),
                        tuning);
        var webhooks =
                new GatewayConfig.Webhooks(
                        List.of(Network.parse("127.0.0.0/8").orElseThrow()),
                        Duration.ofMillis(50),
                        List.of(target));
        return GatewayUnderTest.start(state, config -> GatewayUnderTest.alerting(config, webhooks));
    }

    private static String url(Receiver receiver) {
        return "http://127.0.0.1:" + receiver.port() + "/_bulk";
    }

    /** Ids of the documents of each accepted request, in order. */
    private static List<String> documents(Receiver receiver) {
        return receiver.accepted().stream()
                .flatMap(delivery -> delivery.text().lines())
                .filter(line -> line.startsWith("{\"create\""))
                .map(line -> new JsonObject(line).getJsonObject("create").getString("_id"))
                .toList();
    }

    @Test
    void everyEventReachesASinkOfEventsInOrderHoweverOftenTheReceiverFails() {
        try (Receiver receiver = Receiver.start(0);
                GatewayUnderTest gateway = start(Format.ELASTIC, url(receiver), Optional.empty());
                TestNode node = connect(gateway)) {
            receiver.answer(503);
            List<Event> events = Stream.of("a", "b", "c").map(SinkTest::denied).toList();
            say(node, 1, events.get(0), events.get(1));
            Eventually.holds("it is tried", () -> receiver.deliveries().size() >= 2);
            receiver.answer(429);
            say(node, 3, events.get(2));
            receiver.answer(200);
            Eventually.holds("all arrive", () -> documents(receiver).size() >= 3);
            assertEquals(
                    events.stream().map(event -> event.id().toString()).toList(),
                    documents(receiver));
            Receiver.Delivery delivery = receiver.deliveries().getFirst();
            assertEquals("ApiKey key-of-the-receiver", delivery.header("Authorization"));
            assertEquals("security", delivery.header("X-team"));
        }
    }

    @Test
    void anEventThatTheReceiverRefusesIsADeadLetterAndTheOthersArrive() {
        try (Receiver receiver = Receiver.start(0);
                GatewayUnderTest gateway = start(Format.ELASTIC, url(receiver), Optional.empty());
                TestNode node = connect(gateway)) {
            receiver.refuse("poison");
            Event bad = denied("poison.example");
            say(node, 1, denied("a"), bad, denied("b"), denied("c"));
            Eventually.holds("the others arrive", () -> documents(receiver).size() == 3);
            Eventually.holds("it is listed", () -> dead(gateway).size() == 1);
            receiver.refuse("nothing-has-this");
            JsonObject none = new JsonObject();
            assertEquals(400, gateway.post("/api/v1/webhooks:replay", none).status());
            JsonObject all = new JsonObject().put("target", "sink");
            assertEquals(
                    1, gateway.post("/api/v1/webhooks:replay", all).body().getInteger("replayed"));
            Eventually.holds("it arrives", () -> documents(receiver).size() == 4);
            assertEquals(bad.id().toString(), documents(receiver).getLast());
            assertEquals(0, dead(gateway).size());
            assertEquals(
                    0, gateway.post("/api/v1/webhooks:purge", all).body().getInteger("purged"));
        }
    }

    @Test
    void aMuteHidesAlertsButNotTheLogAndItsPreviewSaysWhichItWouldHaveHidden() {
        try (Receiver receiver = Receiver.start(0);
                GatewayUnderTest gateway = start(Format.TEAMS, url(receiver), Optional.empty());
                TestNode node = connect(gateway)) {
            say(node, 1, denied("known.example"), denied("other.example"));
            Eventually.holds("both alert", () -> receiver.deliveries().size() == 2);
            String picks = "destination.name ~ \"known.*\"";
            JsonObject body = new JsonObject().put("picks", picks);
            JsonObject preview = gateway.post("/api/v1/mutes:preview", body).body();
            assertEquals(1, preview.getInteger("events"));
            assertEquals(1, preview.getInteger("incidents"));
            body.put("seconds", 60);
            assertEquals(400, gateway.post("/api/v1/mutes", body).status());
            var added = gateway.post("/api/v1/mutes", body.put("reason", "known"));
            assertEquals(201, added.status());
            say(node, 3, denied("known.example"), denied("third.example"));
            Eventually.holds("the third alerts", () -> receiver.deliveries().size() == 3);
            assertTrue(receiver.deliveries().getLast().text().contains("third.example"));
            assertEquals(4, found(gateway, "kind%20==%20flow.denied").size());
            assertEquals(2, found(gateway, "destination.name%20~%20known*").size());
            JsonObject mute =
                    gateway.get("/api/v1/mutes").body().getJsonArray("mutes").getJsonObject(0);
            assertEquals(1, mute.getInteger("hidden"));
            JsonObject end = new JsonObject().put("id", mute.getString("id"));
            assertEquals(200, gateway.post("/api/v1/mutes:end", end).status());
            assertEquals(404, gateway.post("/api/v1/mutes:end", end).status());
        }
    }

    @Test
    void anIncidentOpensOnceAtThePagerAndIsResolvedWhenItIsQuiet() {
        try (Receiver receiver = Receiver.start(0);
                GatewayUnderTest gateway =
                        start(Format.PAGERDUTY, url(receiver), Optional.empty());
                TestNode node = connect(gateway)) {
            say(node, 1, denied("a.example"));
            Eventually.holds("it opens and is resolved", () -> receiver.deliveries().size() >= 2);
            assertEquals(2, receiver.deliveries().size());
            JsonObject opened = receiver.deliveries().getFirst().json();
            JsonObject resolved = receiver.deliveries().getLast().json();
            assertEquals("trigger", opened.getString("event_action"));
            assertEquals("resolve", resolved.getString("event_action"));
            assertEquals(opened.getString("dedup_key"), resolved.getString("dedup_key"));
            JsonObject incident =
                    gateway.get("/api/v1/incidents")
                            .body()
                            .getJsonArray("incidents")
                            .getJsonObject(0);
            assertEquals(opened.getString("dedup_key"), incident.getString("id"));
            assertEquals("resolved", incident.getString("state"));
        }
    }

    @Test
    void syslogGoesOverTlsInFramesAndToNobodyWhoseCertificateIsNotTrusted() throws Exception {
        try (TlsReceiver receiver = TlsReceiver.start(state.resolve("tls"));
                TlsReceiver stranger = TlsReceiver.start(state.resolve("stranger"));
                GatewayUnderTest gateway =
                        start(
                                Format.SYSLOG,
                                "tls://127.0.0.1:" + receiver.port(),
                                Optional.of(receiver.certificate()));
                TestNode node = connect(gateway)) {
            Event event = denied("a.example");
            say(node, 1, event);
            Eventually.holds("it arrives", () -> receiver.text().contains("dhost=a.example"));
            String text = receiver.text();
            assertTrue(text.matches("(?s)[0-9]+ <107>1 2026-11-22T10:00:00Z n fleetwall .*"), text);
            assertEquals("", stranger.text());
        }
    }

    @Test
    void rsyslogReadsEveryPartOfAMessageAsItWasMeant() throws Exception {
        try (Rsyslog receiver = Rsyslog.start(state.resolve("rsyslog"));
                GatewayUnderTest gateway =
                        start(
                                Format.SYSLOG,
                                "tls://127.0.0.1:" + receiver.port(),
                                Optional.of(receiver.authority()));
                TestNode node = connect(gateway)) {
            say(node, 1, denied("a.example"), denied("b=c|d\\.example"));
            Eventually.holds("it reads both", () -> receiver.read().size() == 2);
            JsonObject first = receiver.read().getFirst();
            assertEquals("107", first.getString("pri"));
            assertEquals("n", first.getString("hostname"));
            assertEquals("fleetwall", first.getString("app-name"));
            assertEquals("-", first.getString("procid"));
            assertEquals("flow.denied", first.getString("msgid"));
            assertEquals(
                    Instant.parse("2026-11-22T10:00:00Z"),
                    OffsetDateTime.parse(first.getString("time")).toInstant());
            String cef = first.getString("msg");
            assertTrue(
                    cef.startsWith("CEF:0|Fleetwall|Fleetwall|1|flow.denied|Egress blocked|8|"),
                    cef);
            assertTrue(cef.contains(" dst=192.0.2.1 dhost=a.example dpt=443 proto=tcp "), cef);
            String escaped = receiver.read().getLast().getString("msg");
            assertTrue(escaped.contains(" dhost=b\\=c|d\\\\.example dpt="), escaped);
        }
    }

    @Test
    void aTrustedNameIsNotEnoughTheCertificateMustBeToo() throws Exception {
        try (TlsReceiver receiver = TlsReceiver.start(state.resolve("tls"));
                TlsReceiver stranger = TlsReceiver.start(state.resolve("stranger"));
                GatewayUnderTest gateway =
                        start(
                                Format.SYSLOG,
                                "tls://127.0.0.1:" + stranger.port(),
                                Optional.of(receiver.certificate()));
                TestNode node = connect(gateway)) {
            say(node, 1, denied("a.example"));
            Eventually.holds("a handshake fails", () -> stranger.refusals() >= 1);
            assertEquals("", stranger.text());
        }
    }

    @Test
    void aFileGetsOneObjectALine() throws Exception {
        Path file = state.resolve("events.ndjson");
        try (GatewayUnderTest gateway =
                        start(Format.FILE, file.toUri().toString(), Optional.empty());
                TestNode node = connect(gateway)) {
            Event event = denied("a.example");
            say(node, 1, event, denied("b.example"));
            Eventually.holds("it is written", () -> Files.exists(file) && lines(file).size() == 2);
            assertEquals(
                    event.id().toString(), new JsonObject(lines(file).getFirst()).getString("id"));
            assertEquals("high", new JsonObject(lines(file).getFirst()).getString("severity"));
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static JsonArray dead(GatewayUnderTest gateway) {
        return gateway.get("/api/v1/webhooks/deliveries?state=dead")
                .body()
                .getJsonArray("deliveries");
    }

    private static JsonArray found(GatewayUnderTest gateway, String where) {
        return gateway.get("/api/v1/events:search?where=" + where).body().getJsonArray("events");
    }
}
