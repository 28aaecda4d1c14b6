package io.fleetwall.cli.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.gateway.GatewayClient;
import io.fleetwall.cli.text.Digests;
import io.fleetwall.cli.text.Json;
import io.fleetwall.cli.text.Table;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Who published what, when and why. */
@Command(
        name = "history",
        description = "Lists the latest revisions, newest first.",
        mixinStandardHelpOptions = true)
final class HistoryCommand implements Callable<Integer> {
    private static final int PAGE = 1_000;
    private final Surroundings surroundings;

    @Option(
            names = "--limit",
            description = "How many (default: ${DEFAULT-VALUE}).",
            defaultValue = "20")
    private int limit;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    HistoryCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        ObjectNode answer = Json.object();
        ArrayNode revisions = answer.putArray("revisions");
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            gateway.each(
                    "policies/revisions?limit=" + Math.clamp(limit, 1, PAGE),
                    "revisions",
                    revision -> revisions.add(revision).size() < limit);
        }
        if (json) {
            surroundings.out().println(Json.pretty(answer));
            return ExitCode.OK;
        }
        Table table = new Table("REVISION", "DIGEST", "AT", "BY", "CAUSE", "MESSAGE");
        for (JsonNode revision : revisions) {
            table.row(
                    revision.path("revision").asText(),
                    Digests.brief(revision.path("digest")),
                    revision.path("at").asText(),
                    revision.path("by").asText(),
                    revision.path("cause").asText(),
                    revision.path("message").asText());
        }
        table.print(surroundings.out());
        return ExitCode.OK;
    }
}
