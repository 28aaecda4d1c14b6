package io.fleetwall.cli.fleet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.gateway.GatewayClient;
import io.fleetwall.cli.text.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The group of commands about single nodes. */
@Command(
        name = "node",
        description = "Turns nodes away.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
public final class NodeCommand {
    private NodeCommand() {}

    /** The group. */
    public static CommandLine of(Surroundings surroundings) {
        return new CommandLine(new NodeCommand()).addSubcommand(new Revoke(surroundings));
    }

    /** Cuts a node off, whatever certificates it has; its kernel keeps the last policy. */
    @Command(
            name = "revoke",
            description =
                    "Cuts a node off at once; it comes back only with `enrol --node NAME`. Its kernel"
                            + " keeps the last policy.",
            mixinStandardHelpOptions = true)
    private static final class Revoke implements Callable<Integer> {
        private final Surroundings surroundings;

        @Parameters(paramLabel = "NAME", description = "The node.")
        private String node = "";

        @Option(names = "--reason", description = "For the audit log.")
        private String reason = "";

        Revoke(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public Integer call() {
            ObjectNode request = Json.object().put("reason", reason);
            try (GatewayClient gateway = new GatewayClient(surroundings)) {
                gateway.post("nodes/" + GatewayClient.segment(node) + "/revoke", request);
                surroundings.out().println("node " + node + " revoked");
            }
            return ExitCode.OK;
        }
    }
}
