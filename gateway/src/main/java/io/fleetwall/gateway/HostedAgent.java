package io.fleetwall.gateway;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * An agent that lives in the gateway's process, fed over the event bus: all in one. Deployed by its
 * name, because neither program imports the other; both have to be on the class path.
 */
record HostedAgent(Vertx vertx, String id) implements AutoCloseable {
    private static final String AGENT = "io.fleetwall.node.AgentVerticle";

    /** Starts one with its configuration file; returns when it enforces. */
    static HostedAgent start(Vertx vertx, Path settings) {
        DeploymentOptions options =
                new DeploymentOptions()
                        .setThreadingModel(ThreadingModel.VIRTUAL_THREAD)
                        .setConfig(new JsonObject().put("file", settings.toString()));
        return new HostedAgent(vertx, await(vertx.deployVerticle(AGENT, options)));
    }

    @Override
    public void close() {
        await(vertx.undeploy(id));
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }
}
