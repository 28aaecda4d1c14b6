package io.fleetwall.cli.access;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.gateway.GatewayClient;
import io.fleetwall.cli.text.Json;
import io.fleetwall.cli.text.Table;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Whose signatures count on nodes; each of its commands shows what counts after it. */
@Command(
        name = "signing-key",
        description = "Shows and changes the keys whose signature makes a policy the fleet's.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
public final class SigningKeyCommand {
    private final Surroundings surroundings;

    @Option(names = "--json", description = "Print JSON.", scope = ScopeType.INHERIT)
    private boolean json;

    private SigningKeyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The group. */
    public static CommandLine of(Surroundings surroundings) {
        return new CommandLine(new SigningKeyCommand(surroundings));
    }

    @Command(
            name = "list",
            description = "Shows the keys that count; the one that signs comes last.",
            mixinStandardHelpOptions = true)
    int list() {
        return show(gateway -> gateway.get("signing-keys"));
    }

    @Command(
            name = "rotate",
            description =
                    "Makes the next key, which signs from now on. Nodes hear of it from the present"
                            + " key, which counts until it is retired.",
            mixinStandardHelpOptions = true)
    int rotate() {
        return show(gateway -> gateway.post("signing-keys:rotate", Json.object()));
    }

    @Command(
            name = "retire",
            description = "Ends the key before the present one: nodes refuse what it signs.",
            mixinStandardHelpOptions = true)
    int retire() {
        return show(gateway -> gateway.post("signing-keys:retire", Json.object()));
    }

    private int show(Function<GatewayClient, JsonNode> ask) {
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            JsonNode answer = ask.apply(gateway);
            if (json) {
                surroundings.out().println(Json.pretty(answer));
                return ExitCode.OK;
            }
            Table table = new Table("ID", "SIGNS", "KEY");
            for (JsonNode key : answer.path("keys")) {
                table.row(
                        key.path("id").asText(),
                        key.path("signs").asBoolean() ? "yes" : "no more",
                        key.path("key").asText());
            }
            table.print(surroundings.out());
        }
        return ExitCode.OK;
    }
}
