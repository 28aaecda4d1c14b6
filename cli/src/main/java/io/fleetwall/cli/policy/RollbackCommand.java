package io.fleetwall.cli.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.gateway.GatewayClient;
import io.fleetwall.cli.text.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Makes an earlier revision's content the next revision. Numbers never go back, so a node cannot
 * mistake an old policy for the one that was rolled back to.
 */
@Command(
        name = "rollback",
        description = "Publishes an earlier revision's content again and waits for its rollout.",
        mixinStandardHelpOptions = true)
final class RollbackCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(paramLabel = "REVISION", description = "The revision to go back to.")
    private long revision;

    @Option(
            names = {"-m", "--message"},
            description = "Why; kept with the revision.")
    private String message = "";

    @Mixin private RolloutOptions rollout = new RolloutOptions();

    RollbackCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        ObjectNode request = Json.object().put("to", revision);
        if (!message.isEmpty()) {
            request.put("message", message);
        }
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            return new Rollout(surroundings, gateway, rollout)
                    .follow(gateway.post("policies:rollback", request));
        }
    }
}
