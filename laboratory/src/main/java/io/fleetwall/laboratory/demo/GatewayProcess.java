package io.fleetwall.laboratory.demo;

import io.fleetwall.laboratory.process.Await;
import io.fleetwall.laboratory.process.ChildProcess;
import io.fleetwall.laboratory.process.Fingerprint;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** The gateway, configured as a single machine would and started as {@code ./fleetwall gateway}. */
final class GatewayProcess implements AutoCloseable {
    private static final int HEAP_MEGABYTES = 256;
    private static final Duration START = Duration.ofSeconds(30);

    private final ChildProcess child;
    private final Path state;
    private final GatewayApi api;

    private GatewayProcess(ChildProcess child, Path state) {
        this.child = child;
        this.state = state;
        this.api =
                new GatewayApi(URI.create("http://127.0.0.1:7070"), state.resolve("admin.token"));
    }

    /** Starts it; it works once {@link #awaitReady} returns. */
    static GatewayProcess start(Installation installation, Path directory, URI slack) {
        Path config = directory.resolve("gateway.yaml");
        Path state = directory.resolve("gateway");
        DemoFiles.write(
                config,
                """
                gateway: {name: demo-gateway}
                api: {requestsPerMinute: 1000000}
                state: {directory: "%s"}
                policies: {directory: "%s"}
                webhooks:
                  allowPrivateTargets: [127.0.0.0/8]
                  targets:
                    - name: security-channel
                      type: slack
                      url: "%s"
                """
                        .formatted(state, directory.resolve("policies"), slack));
        ChildProcess child =
                ChildProcess.daemon(
                        "gateway",
                        directory.resolve("gateway.log"),
                        installation
                                .program("gateway", HEAP_MEGABYTES)
                                .with("--config", config.toString()));
        return new GatewayProcess(child, state);
    }

    void awaitReady() {
        Await.orFail(
                "the gateway's start",
                START,
                () -> {
                    child.mustLive();
                    return api.ready();
                });
    }

    GatewayApi api() {
        return api;
    }

    Path tokenFile() {
        return state.resolve("admin.token");
    }

    /** SHA-256 of the fleet CA's certificate, by which a node knows its gateway. */
    String fingerprint() {
        return Fingerprint.of(state.resolve("ca.pem"));
    }

    /** The end of its log. */
    String tail() {
        return child.tail();
    }

    @Override
    public void close() {
        api.close();
        child.close();
    }
}
