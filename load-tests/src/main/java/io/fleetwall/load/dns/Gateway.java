package io.fleetwall.load.dns;

import io.fleetwall.laboratory.process.Await;
import io.fleetwall.laboratory.process.ChildProcess;
import io.fleetwall.laboratory.process.JavaCommand;
import io.fleetwall.load.gateway.GatewayApi;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A gateway with one policy, so that the node under measurement is a whole one. */
final class Gateway implements AutoCloseable {
    private static final int HEAP_MEGABYTES = 256;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ChildProcess child;
    private final Path directory;
    private final Path policies;
    private final GatewayApi api;

    private Gateway(ChildProcess child, Path directory) {
        this.child = child;
        this.directory = directory;
        policies = directory.resolve("policies");
        api = new GatewayApi(directory.resolve("gateway"));
    }

    /** Starts one on one core, with the policy of port 443. */
    static Gateway start(Path home, Path directory, int core) throws IOException {
        Files.createDirectories(directory.resolve("policies"));
        Path config = directory.resolve("gateway.yaml");
        Files.writeString(
                config,
                """
                gateway: {name: bench}
                state: {directory: "%s"}
                policies: {directory: "%s"}
                """
                        .formatted(directory.resolve("gateway"), directory.resolve("policies")));
        Path jar = home.resolve("gateway/target/gateway-0.1.0-SNAPSHOT.jar");
        Gateway gateway =
                new Gateway(
                        ChildProcess.daemon(
                                "gateway",
                                directory.resolve("gateway.log"),
                                Field.pinned(
                                        core,
                                        JavaCommand.ofJar(jar, HEAP_MEGABYTES)
                                                .with("--config", config.toString()))),
                        directory);
        gateway.publish(443);
        Await.orFail("the gateway's start", PATIENCE, gateway::ready);
        return gateway;
    }

    /** Saves the policy with this port: 10,000 hosts, a wildcard, and the proxy itself. */
    void publish(int port) throws IOException {
        StringBuilder yaml =
                new StringBuilder(
                        """
                        apiVersion: fleetwall.io/v1
                        kind: EgressPolicy
                        metadata: { name: bench }
                        spec:
                          allow:
                            - host: "*.miss.bench.example"
                            - cidr: %s/32
                              ports: [%d/udp]
                        """
                                .formatted(Field.NODE, RunnerNodes.DNS_PORT));
        for (int i = 0; i < Questions.NAMES; i++) {
            yaml.append("    - host: ").append(Questions.name(i));
            yaml.append("\n      ports: [").append(port).append("/tcp]\n");
        }
        Path fresh = directory.resolve("bench.yaml.tmp");
        Files.writeString(fresh, yaml);
        Files.move(
                fresh,
                policies.resolve("bench.yaml"),
                java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    /** A token for one node. */
    String token() {
        return api.enrolmentToken(1, 60);
    }

    /** The revision the runner has in force; 0 before the first. */
    long applied() {
        try {
            for (Object each : api.get("runners").getJsonArray("runners")) {
                JsonObject runner = (JsonObject) each;
                if ("in-force".equals(runner.getString("state"))) {
                    return runner.getJsonObject("applied").getLong("revision");
                }
            }
            return 0;
        } catch (UncheckedIOException _) {
            return 0;
        }
    }

    /** Whether the runner has what was published last, a little later. */
    boolean settles() {
        return Await.until(Duration.ofSeconds(5), () -> applied() > 0);
    }

    /** SHA-256 of the fleet CA's certificate. */
    String fingerprint() {
        return api.fingerprint();
    }

    private boolean ready() {
        child.mustLive();
        return api.ready();
    }

    @Override
    public void close() {
        api.close();
        child.close();
    }
}
