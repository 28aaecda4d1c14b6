package io.fleetwall.cli.access;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.gateway.GatewayClient;
import io.fleetwall.cli.text.Json;
import io.fleetwall.cli.text.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Which tokens there are; the tokens themselves are known to their holders only. */
@Command(
        name = "list",
        description = "Shows all tokens that have not expired, without their secrets.",
        mixinStandardHelpOptions = true)
final class TokenListCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    TokenListCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            JsonNode answer = gateway.all("tokens", "tokens");
            if (json) {
                surroundings.out().println(Json.pretty(answer));
                return ExitCode.OK;
            }
            Table table = new Table("ID", "FOR", "MAY", "EXPIRES", "STATE");
            for (JsonNode token : answer.path("tokens")) {
                table.row(
                        token.path("id").asText(),
                        token.path("name").asText("enrolment"),
                        may(token),
                        token.path("expires").asText(),
                        token.has("revoked") ? "revoked" : "good");
            }
            table.print(surroundings.out());
        }
        return ExitCode.OK;
    }

    private static String may(JsonNode token) {
        if (token.path("kind").asText().equals("enrolment")) {
            String node = token.path("node").asText();
            return "enrol " + (node.isEmpty() ? "nodes" : node) + " x" + token.path("usesLeft");
        }
        List<String> areas = new ArrayList<>();
        token.path("areas").forEach(area -> areas.add(area.asText()));
        return token.path("role").asText() + " of " + String.join(",", areas);
    }
}
