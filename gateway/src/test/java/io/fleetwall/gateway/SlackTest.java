package io.fleetwall.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fleetwall.gateway.condition.Severity;
import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.config.GatewayConfig.Format;
import io.fleetwall.gateway.config.Network;
import io.fleetwall.gateway.config.Secret;
import io.fleetwall.gateway.config.Tuning;
import io.fleetwall.policy.catalogue.Job;
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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Incidents in a channel, by a server that answers as Slack's Web API does. */
final class SlackTest {
    private static final UUID BOOT = UUID.randomUUID();
    private static final UuidV7 IDS = new UuidV7(InstantSource.system(), new Random(11));
    private static final Map<String, String> LINKS =
            Map.of(
                    "run", "https://ci.example/{{job.repository}}/runs/{{job.runId}}",
                    "allow", "https://ci.example/allow?to={{destination.name}}",
                    "suppress", "https://ci.example/mute?incident={{destination.address}}");

    /** One request, when it had come whole. */
    private record Call(String path, long nanos, JsonObject body) {}

    @TempDir Path state;
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final AtomicInteger busy = new AtomicInteger();
    private HttpServer slack;

    @BeforeEach
    void listen() throws IOException {
        slack = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        slack.createContext("/", this::answer);
        slack.start();
    }

    @AfterEach
    void close() {
        slack.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String path = exchange.getRequestURI().getPath();
        calls.add(new Call(path, System.nanoTime(), new JsonObject(text)));
        if (busy.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            exchange.getResponseHeaders().add("Retry-After", "2");
            exchange.sendResponseHeaders(429, -1);
        } else {
            byte[] said =
                    "{\"ok\":true,\"channel\":\"C0FFEE\",\"ts\":\"171.5\"}"
                            .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, said.length);
            exchange.getResponseBody().write(said);
        }
        exchange.close();
    }

    private GatewayUnderTest start() {
        Tuning usual = Tuning.of(Format.SLACK);
        Tuning.Form form =
                new Tuning.Form(
                        usual.form().shape(),
                        Optional.empty(),
                        Map.of(),
                        Map.of("channel", "#security"));
        String url = "http://127.0.0.1:" + slack.getAddress().getPort() + "/api/chat.postMessage";
        var target =
                new GatewayConfig.Target(
                        "channel",
                        Format.SLACK,
                        new Secret(url),
                        Optional.of(new Secret("xoxb-of-a-bot")),
                        Set.of("flow.*"),
                        new Tuning(
                                new Tuning.Wanted(Optional.empty(), Severity.LOW),
                                form,
                                usual.pace(),
                                Optional.empty()));
        var webhooks =
                new GatewayConfig.Webhooks(
                        List.of(Network.parse("127.0.0.0/8").orElseThrow()),
                        Duration.ofSeconds(1),
                        List.of(target),
                        LINKS,
                        List.of(),
                        GatewayConfig.Webhooks.INCIDENTS_PER_JOB);
        return GatewayUnderTest.start(state, config -> GatewayUnderTest.alerting(config, webhooks));
    }

    private static TestNode connect(GatewayUnderTest gateway) {
        TestNode node = TestNode.connect(gateway, TestNode.enrol(gateway, "n"));
        node.say(new Hello(1, "n", BOOT, "test", "6.18", List.of()));
        return node;
    }

    private static void say(TestNode node, long sequence, String name) {
        Job job = new Job("acme", "acme/api", "build.yml", "test", "main", "4711", 1, "eve");
        Event event =
                new Event(
                        IDS.next(),
                        Instant.now(),
                        "n",
                        "a",
                        EventKind.FLOW_DENIED,
                        Optional.of(job),
                        Optional.of(new Destination("192.0.2.1", 443, "tcp", name)),
                        Optional.of(
                                new Judgement("denied-by-default", Mode.ENFORCE, 4, "", "", "", 0)),
                        1,
                        "blocked " + name);
        node.say(new EventBatch(BOOT, sequence, List.of(event)));
        assertEquals(sequence, node.next(EventAck.class).sequence());
    }

    private static List<String> buttons(JsonObject message) {
        JsonArray blocks = message.getJsonArray("blocks");
        return blocks.stream()
                .map(JsonObject.class::cast)
                .filter(block -> block.getString("type").equals("actions"))
                .flatMap(block -> block.getJsonArray("elements").stream())
                .map(button -> ((JsonObject) button).getString("url"))
                .toList();
    }

    @Test
    void anIncidentIsOneMessageThatIsUpdatedWithItsRunningCountAndLeadsOn() {
        try (GatewayUnderTest gateway = start();
                TestNode node = connect(gateway)) {
            say(node, 1, "a.example");
            Eventually.holds("it is posted", () -> calls.size() == 1);
            Call posted = calls.getFirst();
            assertEquals("/api/chat.postMessage", posted.path());
            assertEquals("#security", posted.body().getString("channel"));
            assertEquals(
                    List.of(
                            "https://ci.example/acme/api/runs/4711",
                            "https://ci.example/allow?to=a.example",
                            "https://ci.example/mute?incident=192.0.2.1"),
                    buttons(posted.body()));
            say(node, 2, "a.example");
            say(node, 3, "a.example");
            Eventually.holds("it is updated", () -> shown("flow.denied x3").isPresent());
            Call updated = shown("flow.denied x3").orElseThrow();
            assertEquals("/api/chat.update", updated.path());
            assertEquals("C0FFEE", updated.body().getString("channel"));
            assertEquals("171.5", updated.body().getString("ts"));
            say(node, 4, "b.example");
            Eventually.holds("another is posted", () -> shown("b.example").isPresent());
            assertEquals("/api/chat.postMessage", shown("b.example").orElseThrow().path());
            assertEquals(
                    2, calls.stream().filter(call -> call.path().endsWith("postMessage")).count());
        }
    }

    private Optional<Call> shown(String text) {
        return calls.stream().filter(call -> call.body().encode().contains(text)).findFirst();
    }

    @Test
    void aChannelThatIsBusyIsLeftAloneForAsLongAsItAsks() {
        busy.set(1);
        try (GatewayUnderTest gateway = start();
                TestNode node = connect(gateway)) {
            say(node, 1, "a.example");
            Eventually.holds("it is refused", () -> !calls.isEmpty());
            say(node, 2, "b.example");
            Eventually.holds("both are posted", () -> calls.size() == 3);
            long first = calls.getFirst().nanos();
            for (Call later : calls.subList(1, 3)) {
                long millis = (later.nanos() - first) / 1_000_000;
                assertTrue(millis >= 1_950, () -> "asked again after " + millis + " ms");
            }
        }
    }
}
