package io.fleetwall.load.rollout;

import io.fleetwall.load.gateway.GatewayApi;
import io.fleetwall.load.gateway.LaunchedGateway;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;

/** The gateway with default settings but for names, and what a rollout asks of it. */
final class GatewayUnderTest implements AutoCloseable {
    static final int LINK_PORT = LaunchedGateway.LINK_PORT;

    private final LaunchedGateway launched;

    private GatewayUnderTest(LaunchedGateway launched) {
        this.launched = launched;
    }

    static GatewayUnderTest start(Path directory, List<String> names) throws IOException {
        String settings = "link: {names: %s}".formatted(names);
        return new GatewayUnderTest(LaunchedGateway.start(directory.resolve("gateway"), settings));
    }

    private GatewayApi api() {
        return launched.api();
    }

    Path state() {
        return launched.state();
    }

    Meter meter() {
        return new Meter(launched.pid());
    }

    /** Publishes a round's policies when it is called; returns the revision. */
    LongSupplier publication(int round) {
        String body = PolicyTexts.proposal(round).encode();
        return () -> api().post("policies:publish", body).getLong("revision");
    }

    /** An enrolment token for the real nodes. */
    String token() {
        return api().enrolmentToken(100, 3600);
    }

    /** SHA-256 of the fleet CA's certificate. */
    String fingerprint() {
        return api().fingerprint();
    }

    JsonObject rollout(long revision) {
        return api().get("rollouts/" + revision);
    }

    List<JsonObject> runners() {
        return api().all("runners", "runners");
    }

    @Override
    public void close() {
        launched.close();
    }
}
