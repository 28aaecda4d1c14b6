package io.fleetwall.cli.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.gateway.GatewayClient;
import io.fleetwall.cli.text.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A token for a person or a program. */
@Command(
        name = "create",
        description = "Makes a token of the API; it is shown once.",
        mixinStandardHelpOptions = true)
final class TokenCreateCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(names = "--name", required = true, description = "What it is for.")
    private String name = "";

    @Option(
            names = "--role",
            required = true,
            description = "viewer, author (publishes), approver (rolls back) or admin.")
    private String role = "";

    @Option(
            names = "--area",
            description =
                    "Only this part of the API: policies, fleet, events, identity, metrics;"
                            + " may be repeated (default: all).")
    private List<String> areas = new ArrayList<>();

    @Option(
            names = "--days",
            description = "Days it is good (default: ${DEFAULT-VALUE}, at most 366).",
            defaultValue = "90")
    private int days;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    TokenCreateCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        ObjectNode request = Json.object().put("name", name).put("role", role);
        if (!areas.isEmpty()) {
            ArrayNode array = request.putArray("areas");
            areas.forEach(array::add);
        }
        request.put("ttlSeconds", days * 86_400L);
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            JsonNode answer = gateway.post("tokens", request);
            surroundings.out().println(json ? Json.pretty(answer) : answer.path("token").asText());
        }
        return ExitCode.OK;
    }
}
