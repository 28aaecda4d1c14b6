package io.fleetwall.node.fleet;

import io.fleetwall.bpf.DataPlane;
import io.fleetwall.bpf.DataPlaneConfig;
import io.fleetwall.node.Agent;
import io.fleetwall.node.Reload;
import io.fleetwall.node.config.ConfigProblem;
import io.fleetwall.node.config.ConfigReader;
import io.fleetwall.node.config.ConfigReader.Reading;
import io.fleetwall.node.config.NodeConfig;
import io.fleetwall.node.enforce.DnsRedirect;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.EventBatch;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An agent in this process, with its gateway: everything real but the fleet behind it. */
public final class TestAgent {
    private final Path file;
    private final TestFleet fleet;
    private final TestGateway gateway;
    private volatile String policy = "mode: enforce";
    private @Nullable Vertx vertx;
    private @Nullable Agent agent;

    private TestAgent(Path file, TestFleet fleet, TestGateway gateway) {
        this.file = file;
        this.fleet = fleet;
        this.gateway = gateway;
        gateway.policies(scope -> Optional.of(fleet.sign(1, scope, policy)));
    }

    /**
     * Prepares one, not started, with one runner {@code r}.
     *
     * @param more YAML of other sections
     */
    public static TestAgent create(Path place, String interfaceName, String more) throws Exception {
        String runner = "runners:\n  - { name: r, interface: " + interfaceName + " }\n";
        return create(place, more.contains("runners:") ? more : runner + more);
    }

    /** Prepares one, not started, with this YAML besides what every agent here has. */
    public static TestAgent create(Path place, String yaml) throws Exception {
        TestFleet fleet = new TestFleet();
        TestAuthority authority = new TestAuthority();
        TestGateway gateway = new TestGateway(authority, fleet);
        Path token = Files.writeString(place.resolve("token"), "the-token\n");
        String dns = yaml.contains("dns:") ? "" : "dns: { upstreams: [\"127.0.0.1:5300\"] }\n";
        String text =
                """
                node: { name: node-1 }
                gateway:
                  url: https://127.0.0.1:%1$d
                  caFingerprint: "%2$s"
                  enrolmentTokenFile: %3$s
                state: { directory: %4$s/state }
                bpf: { pinDirectory: /sys/fs/bpf/fleetwall-test }
                job: { socket: %4$s/run/job.sock }
                health: { listen: "127.0.0.1:7172" }
                """
                        .formatted(gateway.start(), authority.fingerprint(), token, place);
        Path file = Files.writeString(place.resolve("node.yaml"), text + dns + yaml);
        return new TestAgent(file, fleet, gateway);
    }

    /** The configuration file, which a test may change. */
    public Path file() {
        return file;
    }

    /** What runners get from the next start on: YAML below {@code spec:}. */
    public void policy(String spec) {
        policy = spec;
    }

    /** Starts, and waits until the policy is in force. */
    public void start() throws Exception {
        int before = gateway.heard(Applied.class).size();
        restart();
        Await.until(
                () -> gateway.heard(Applied.class).size() > before,
                () -> gateway.heard().toString());
    }

    /** Starts, with a gateway or without. */
    public void restart() throws Exception {
        Vertx started =
                Vertx.vertx(
                        new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
        vertx = started;
        Reading reading =
                ConfigReader.read(started, file)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(60, TimeUnit.SECONDS);
        NodeConfig config = ((Reading.Usable) reading).config();
        agent = Agent.start(config, started);
    }

    /** Has the configuration read again; what was not done. */
    public List<ConfigProblem> reload() {
        return new Reload(file, Objects.requireNonNull(vertx), Objects.requireNonNull(agent)).now();
    }

    /** Stops as a signal stops: what is in the kernel stays. */
    public void stop() throws Exception {
        if (agent != null) {
            agent.close();
            agent = null;
        }
        if (vertx != null) {
            vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
            vertx = null;
        }
    }

    /** Stops and removes everything, also from the kernel. */
    public void uninstall() throws Exception {
        stop();
        try (DataPlane plane =
                DataPlane.open(new DataPlaneConfig(Path.of("/sys/fs/bpf/fleetwall-test")))) {
            plane.uninstall();
        }
        DnsRedirect.remove();
        gateway.close();
    }

    /** The gateway it is linked to. */
    public TestGateway gateway() {
        return gateway;
    }

    /** Signs policies. */
    public TestFleet fleet() {
        return fleet;
    }

    /** Every event the gateway heard. */
    public List<Event> events() {
        return gateway.heard(EventBatch.class).stream().flatMap(b -> b.events().stream()).toList();
    }

    /** How many events of a kind the gateway heard. */
    public long told(EventKind kind) {
        return events().stream().filter(event -> event.kind() == kind).count();
    }
}
