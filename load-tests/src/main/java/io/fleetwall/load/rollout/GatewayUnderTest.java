package io.fleetwall.load.rollout;

import io.fleetwall.laboratory.process.Await;
import io.fleetwall.laboratory.process.ChildProcess;
import io.fleetwall.load.gateway.GatewayApi;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The gateway as it is shipped, started by its launcher, with default settings but for names. */
final class GatewayUnderTest implements AutoCloseable {
    static final int LINK_PORT = 7443;

    private static final Duration START = Duration.ofMinutes(1);

    private final GatewayApi api;
    private final ChildProcess child;

    private GatewayUnderTest(Path state, ChildProcess child) {
        this.api = new GatewayApi(state);
        this.child = child;
    }

    static GatewayUnderTest start(Path directory, List<String> names) throws IOException {
        Path config = directory.resolve("gateway.yaml");
        Path state = directory.resolve("gateway");
        Files.writeString(
                config,
                """
                gateway: {name: bench}
                state: {directory: "%s"}
                link: {names: %s}
                """
                        .formatted(state, names));
        String launcher = Path.of(System.getProperty("fleetwall.home"), "fleetwall").toString();
        GatewayUnderTest gateway =
                new GatewayUnderTest(
                        state,
                        ChildProcess.daemon(
                                "gateway",
                                directory.resolve("gateway.log"),
                                List.of(launcher, "gateway", "--config", config.toString())));
        Await.orFail("the gateway's start", START, gateway::answers);
        return gateway;
    }

    private boolean answers() {
        child.mustLive();
        return api.ready();
    }

    Path state() {
        return api.state();
    }

    Meter meter() {
        return new Meter(child.process().pid());
    }

    /** Publishes a round's policies; returns the revision. */
    long publish(int round) {
        return api.post("policies:publish", PolicyTexts.proposal(round)).getLong("revision");
    }

    /** An enrolment token for the real nodes. */
    String token() {
        return api.enrolmentToken(100, 3600);
    }

    /** SHA-256 of the fleet CA's certificate. */
    String fingerprint() {
        return api.fingerprint();
    }

    JsonObject rollout(long revision) {
        return api.get("rollouts/" + revision);
    }

    List<JsonObject> runners() {
        return api.all("runners", "runners");
    }

    @Override
    public void close() {
        api.close();
        child.close();
    }
}
