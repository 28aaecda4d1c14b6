package io.fleetwall.node.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.identity.FleetAuthority;
import io.fleetwall.gateway.identity.ServerIdentity;
import io.fleetwall.gateway.identity.StateDirectory;
import io.fleetwall.laboratory.process.Await;
import io.fleetwall.load.gateway.LaunchedGateway;
import io.fleetwall.load.gateway.Programs;
import io.fleetwall.node.bus.Addresses;
import io.fleetwall.node.bus.LinkState;
import io.fleetwall.node.bus.LocalCodec;
import io.fleetwall.node.bus.RunnerCommand;
import io.fleetwall.node.config.NodeConfig;
import io.fleetwall.node.enforce.FleetKeys;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.RunnerReport;
import io.fleetwall.protocol.message.SignedPolicy;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
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
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A node's link and a gateway's process, with a proxy between them that knows no WebSockets. */
final class MiddleBoxTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String POLICY =
            """
            apiVersion: fleetwall.io/v1
            kind: EgressPolicy
            metadata: { name: acme }
            spec:
              allow:
                - host: registry.npmjs.org
            """;

    @TempDir Path place;
    private final Vertx vertx = Vertx.vertx();
    private final FleetKeys keys = new FleetKeys();
    private final List<LinkState> states = new CopyOnWriteArrayList<>();
    private final List<SignedPolicy> pushed = new CopyOnWriteArrayList<>();

    @BeforeEach
    void listen() {
        LocalCodec.register(vertx.eventBus());
        vertx.eventBus().<LinkState>localConsumer(Addresses.LINK_STATE, m -> states.add(m.body()));
        vertx.eventBus().<RunnerCommand>localConsumer(Addresses.runner("r"), this::told);
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    private void told(Message<RunnerCommand> message) {
        switch (message.body()) {
            case RunnerCommand.Report() -> message.reply(report());
            case RunnerCommand.Apply(SignedPolicy policy) -> pushed.add(policy);
            case RunnerCommand.Start _, RunnerCommand.Finish _ -> throw new AssertionError();
            case RunnerCommand.Attest _, RunnerCommand.Attested _ -> throw new AssertionError();
            case RunnerCommand.Leave _ -> throw new AssertionError();
        }
    }

    private static RunnerReport report() {
        Scope idle = new Scope(new TreeSet<>(List.of("linux")), Optional.empty());
        return new RunnerReport("r", "veth-r", idle, 0, Digest.NONE);
    }

    @ParameterizedTest
    @EnumSource
    void policies_reach_a_node_to_which_a_proxy_lets_no_websocket_through(MiddleBox.Upgrades fate)
            throws Exception {
        try (LaunchedGateway gateway =
                LaunchedGateway.start(
                        Programs.OF_CLASS_PATH,
                        Files.createDirectories(place.resolve("gateway")),
                        "cluster: { name: middle-box }")) {
            MiddleBox box = new MiddleBox(vertx, LaunchedGateway.LINK_PORT, state(), fate);
            deploy(gateway, await(box.listen(certificate(gateway), authority(gateway))));
            Await.orFail("the link", PATIENCE, () -> up() == 1);
            assertEquals(3, box.upgrades());
            publish(gateway, POLICY);
            Await.orFail("the policy", PATIENCE, () -> pushed.size() == 1);
            publish(gateway, POLICY.replace("registry.npmjs.org", "pypi.org"));
            Await.orFail("the next one", PATIENCE, () -> pushed.size() == 2);
            assertTrue(keys.accepts(pushed.getLast()), "signed by the fleet's key");
            assertEquals(2, pushed.getLast().revision());
            Await.orFail("further attempts", PATIENCE, () -> box.upgrades() >= 5);
            assertEquals(1, up(), "the link stays meanwhile");
            assertTrue(states.getLast() instanceof LinkState.Up);
        }
    }

    private long up() {
        return states.stream().filter(LinkState.Up.class::isInstance).count();
    }

    private static void publish(LaunchedGateway gateway, String text) {
        JsonObject file = new JsonObject().put("path", "acme.yaml").put("text", text);
        gateway.api()
                .post(
                        "policies:publish",
                        new JsonObject().put("message", "m").put("files", JsonArray.of(file)));
    }

    private Path state() {
        return place.resolve("node");
    }

    private static String authority(LaunchedGateway gateway) throws IOException {
        return Files.readString(gateway.state().resolve("ca.pem"));
    }

    private static PemKeyCertOptions certificate(LaunchedGateway gateway) throws IOException {
        StateDirectory state = StateDirectory.open(gateway.state());
        ServerIdentity shown =
                FleetAuthority.open(state, InstantSource.system()).server(List.of("127.0.0.1"));
        return new PemKeyCertOptions()
                .addKeyValue(Buffer.buffer(shown.key()))
                .addCertValue(Buffer.buffer(shown.chain()));
    }

    private void deploy(LaunchedGateway gateway, int port) throws Exception {
        Files.createDirectories(state());
        String token = gateway.api().enrolmentToken(1, 600);
        NodeConfig config =
                new NodeConfig(
                        "node-1",
                        new NodeConfig.Gateway(
                                URI.create("https://127.0.0.1:" + port),
                                gateway.api().fingerprint(),
                                Optional.of(Files.writeString(place.resolve("token"), token))),
                        state(),
                        place,
                        new NodeConfig.JobSocket(place, Set.of(), Duration.ofSeconds(1)),
                        List.of(
                                new NodeConfig.Runner(
                                        "r",
                                        "veth-r",
                                        NodeConfig.Direction.INGRESS,
                                        Set.of("linux"))),
                        new NodeConfig.Dns(53, List.of(), false),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        1 << 20);
        LinkVerticle link =
                new LinkVerticle(
                        config,
                        keys,
                        new LinkVerticle.Boot(
                                UUID.randomUUID(), "test", InstantSource.system(), new Random(1)),
                        new Roads.Pace(Duration.ofSeconds(2), Duration.ofSeconds(1)));
        await(
                vertx.deployVerticle(
                        link,
                        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
