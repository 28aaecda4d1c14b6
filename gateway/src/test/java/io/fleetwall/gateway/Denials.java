package io.fleetwall.gateway;

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
import io.fleetwall.protocol.message.EventBatch;
import io.fleetwall.protocol.message.Hello;
import io.vertx.core.json.JsonArray;
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

/** Denials as a node reports them, and targets that are told of them. */
final class Denials {
    static final byte[] KEY =
            "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(KEY);
    static final UUID BOOT = UUID.randomUUID();
    private static final UuidV7 IDS = new UuidV7(InstantSource.system(), new Random(7));

    private Denials() {}

    static Event denied(String runner, String address) {
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

    static EventBatch batch(long first, Event... events) {
        return new EventBatch(BOOT, first, List.of(events));
    }

    static TestNode connect(GatewayUnderTest gateway) {
        TestNode node = TestNode.connect(gateway, TestNode.enrol(gateway, "n"));
        node.say(new Hello(1, "n", BOOT, "test", "6.18", List.of()));
        return node;
    }

    static GatewayConfig.Target target(Format format, int port, String path) {
        return new GatewayConfig.Target(
                "channel",
                format,
                new Secret("http://127.0.0.1:" + port + path),
                format == Format.GENERIC ? Optional.of(new Secret(SECRET)) : Optional.empty(),
                Set.of("flow.*"));
    }

    static GatewayUnderTest start(Path state, Duration window, GatewayConfig.Target target) {
        var loopback = List.of(Network.parse("127.0.0.0/8").orElseThrow());
        return start(state, new GatewayConfig.Webhooks(loopback, window, List.of(target)));
    }

    static GatewayUnderTest start(Path state, GatewayConfig.Webhooks webhooks) {
        return GatewayUnderTest.start(state, config -> GatewayUnderTest.alerting(config, webhooks));
    }

    static JsonArray stored(GatewayUnderTest gateway) {
        return gateway.get("/api/v1/events?kind=flow.denied").body().getJsonArray("events");
    }

    static JsonArray deliveries(GatewayUnderTest gateway) {
        return gateway.get("/api/v1/webhooks/deliveries").body().getJsonArray("deliveries");
    }
}
