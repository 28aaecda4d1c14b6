package io.fleetwall.node.link;

import io.fleetwall.node.config.NodeConfig;
import io.fleetwall.node.enforce.FleetKeys;
import io.fleetwall.node.fleet.TestAuthority;
import io.fleetwall.node.fleet.TestGateway;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A node's link without the rest of the node. */
record TestLink(Vertx vertx, TestAuthority authority, TestGateway gateway, FleetKeys keys) {
    TestLink(Vertx vertx, TestAuthority authority, TestGateway gateway) {
        this(vertx, authority, gateway, new FleetKeys());
    }

    /** Starts the gateway and the link to it, whose files are at {@code place}. */
    void deploy(Path place) throws Exception {
        deploy(place, gateway.start(), Roads.Pace.USUAL);
    }

    /** Starts a link to a gateway that is, or will be, at this port. */
    void deploy(Path place, int port, Roads.Pace pace) throws Exception {
        Path token = Files.writeString(place.resolve("token"), "the-token");
        NodeConfig config =
                new NodeConfig(
                        "node-1",
                        new NodeConfig.Gateway(
                                URI.create("https://127.0.0.1:" + port),
                                authority.fingerprint(),
                                Optional.of(token)),
                        place,
                        place,
                        new NodeConfig.JobSocket(place, Set.of(), Duration.ofSeconds(1)),
                        List.of(),
                        new NodeConfig.Dns(53, List.of(), false),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        1 << 20);
        LinkVerticle link =
                new LinkVerticle(
                        config,
                        keys,
                        new LinkVerticle.Boot(
                                UUID.randomUUID(), "test", InstantSource.system(), new Random(1)),
                        pace);
        vertx.deployVerticle(
                        link,
                        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }
}
