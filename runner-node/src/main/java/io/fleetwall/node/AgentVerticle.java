package io.fleetwall.node;

import io.fleetwall.node.config.ConfigReader;
import io.fleetwall.node.config.ConfigReader.Reading;
import io.fleetwall.node.config.NodeConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An agent in somebody else's Vert.x: the gateway's, which deploys it by its name with {@code
 * {"file": …}}, the agent's configuration.
 */
public final class AgentVerticle extends VerticleBase {
    private @Nullable Agent agent;

    @Override
    public Future<?> start() {
        JsonObject settings = Objects.requireNonNull(context.config(), "deployed without a file");
        Path file = Path.of(settings.getString("file"));
        return ConfigReader.read(vertx, file)
                .compose(reading ->
                        switch (reading) {
                            case Reading.Usable(NodeConfig config) -> started(config);
                            case Reading.Unusable(var problems) ->
                                    Future.failedFuture(
                                            problems.stream()
                                                    .map(problem -> file + ": " + problem)
                                                    .collect(Collectors.joining("\n")));
                        })
                .onSuccess(started -> agent = started);
    }

    /**
     * On a thread that is nobody's: what the agent deploys is its own to undeploy, in its own
     * order.
     */
    private Future<Agent> started(NodeConfig config) {
        Promise<Agent> promise = Promise.promise();
        Thread.ofPlatform()
                .name("agent-start")
                .start(() -> {
                    try {
                        promise.complete(Agent.start(config, vertx));
                    } catch (Exception failed) {
                        promise.fail(failed);
                    }
                });
        return promise.future();
    }

    @Override
    public Future<?> stop() {
        Agent running = agent;
        if (running == null) {
            return Future.succeededFuture();
        }
        Promise<Void> promise = Promise.promise();
        Thread.ofPlatform()
                .name("agent-stop")
                .start(() -> {
                    running.close();
                    promise.complete();
                });
        return promise.future();
    }
}
