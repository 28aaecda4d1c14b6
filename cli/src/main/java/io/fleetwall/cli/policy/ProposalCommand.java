package io.fleetwall.cli.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.ToolException;
import io.fleetwall.cli.gateway.GatewayClient;
import io.fleetwall.cli.text.Json;
import io.fleetwall.cli.text.Table;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Policies that wait for a second person, where the gateway requires one. */
@Command(
        name = "proposal",
        description = "Policies that wait for a second person: looks at them, approves, rejects.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class ProposalCommand {
    private static final String PATH = "policies/proposals";
    private final Surroundings surroundings;

    private ProposalCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    static CommandLine of(Surroundings surroundings) {
        return new CommandLine(new ProposalCommand(surroundings));
    }

    @Command(
            name = "list",
            description = "Lists what waits, oldest first.",
            mixinStandardHelpOptions = true)
    int list(@Option(names = "--json", description = "Print JSON.") boolean json) {
        JsonNode answer;
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            answer = gateway.all(PATH, "proposals");
        }
        if (json) {
            surroundings.out().println(Json.pretty(answer));
            return ExitCode.OK;
        }
        Table table = new Table("ID", "ON", "AT", "BY", "MESSAGE");
        for (JsonNode one : answer.path("proposals")) {
            table.row(
                    one.path("id").asText(),
                    one.path("base").asText(),
                    one.path("at").asText(),
                    one.path("by").asText(),
                    one.path("message").asText());
        }
        table.print(surroundings.out());
        return ExitCode.OK;
    }

    @Command(
            name = "show",
            description = "Prints the files that would be in force.",
            mixinStandardHelpOptions = true)
    int show(@Parameters(paramLabel = "ID", description = "Its id.") String id) {
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            JsonNode answer = gateway.get(path(id));
            surroundings
                    .out()
                    .println(
                            "# proposal %s on revision %s, %s, by %s: %s"
                                    .formatted(
                                            answer.path("id").asText(),
                                            answer.path("base").asText(),
                                            answer.path("at").asText(),
                                            answer.path("by").asText(),
                                            answer.path("message").asText()));
            ShowCommand.print(surroundings, answer);
        }
        return ExitCode.OK;
    }

    @Command(
            name = "approve",
            description = "Publishes what somebody else proposed, and waits for its rollout.",
            mixinStandardHelpOptions = true)
    int approve(
            @Parameters(paramLabel = "ID", description = "Its id.") String id,
            @Mixin RolloutOptions rollout) {
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            return new Rollout(surroundings, gateway, rollout)
                    .follow(gateway.post(path(id) + "/approve", Json.object()));
        }
    }

    @Command(
            name = "reject",
            description = "Puts a proposal aside for good.",
            mixinStandardHelpOptions = true)
    int reject(@Parameters(paramLabel = "ID", description = "Its id.") String id) {
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            gateway.post(path(id) + "/reject", Json.object());
            surroundings.out().println("rejected");
        }
        return ExitCode.OK;
    }

    private static String path(String id) {
        if (!id.matches("[0-9a-f-]{1,64}")) {
            throw new ToolException(
                    ExitCode.USAGE, "not the id of a proposal: " + id, "policy proposal list");
        }
        return PATH + "/" + id;
    }
}
