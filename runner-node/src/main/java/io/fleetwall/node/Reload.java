package io.fleetwall.node;

import io.fleetwall.node.config.ConfigProblem;
import io.fleetwall.node.config.ConfigReader;
import io.fleetwall.node.config.ConfigReader.Reading;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the configuration again and has a running agent follow it, as far as it can. */
public record Reload(Path file, Vertx vertx, Agent agent) {
    private static final long READ_SECONDS = 20;
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

    /**
     * Does it, and waits until it is done. Not from an event loop.
     *
     * @return why not; empty when the agent is as the file says
     */
    public List<ConfigProblem> now() {
        List<ConfigProblem> problems = attempt();
        problems.forEach(problem ->
                LOG.atError()
                        .addKeyValue("file", file)
                        .addKeyValue("problem", problem)
                        .log("the configuration is not followed"));
        return problems;
    }

    private List<ConfigProblem> attempt() {
        try {
            Reading reading =
                    ConfigReader.read(vertx, file)
                            .toCompletionStage()
                            .toCompletableFuture()
                            .get(READ_SECONDS, TimeUnit.SECONDS);
            return switch (reading) {
                case Reading.Unusable(var problems) -> problems;
                case Reading.Usable(var config) -> agent.follow(config);
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of(failed(e));
        } catch (Exception e) {
            return List.of(failed(e));
        }
    }

    private static ConfigProblem failed(Exception cause) {
        return new ConfigProblem(
                "FW-C005", "", "could not be followed: " + cause, "see the log; try again");
    }
}
