package io.fleetwall.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.gateway.GatewayClient;
import io.fleetwall.cli.text.Json;
import io.fleetwall.cli.text.Table;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Every node: whether it is there, what it runs, how many of its runners are behind. */
@Command(
        name = "nodes",
        description =
                "Shows all nodes: agent, kernel and what it lacks, runners, when they last spoke.",
        mixinStandardHelpOptions = true)
public final class NodesCommand implements Callable<Integer> {
    private final Surroundings surroundings;
    @Mixin private final FleetFilter filter = new FleetFilter();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    /** The command. */
    public NodesCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            JsonNode answer = gateway.all(filter.path("nodes"), "nodes");
            if (json) {
                surroundings.out().println(Json.pretty(answer));
            } else {
                print(answer.path("nodes"));
            }
        }
        return ExitCode.OK;
    }

    private void print(JsonNode nodes) {
        if (nodes.isEmpty()) {
            surroundings.out().println("no nodes; `fleetwall enrol` lets a node join");
            return;
        }
        Table table =
                new Table(
                        "NODE",
                        "STATE",
                        "RUNNERS",
                        "BEHIND",
                        "AGENT",
                        "KERNEL",
                        "LACKS",
                        "LAST SEEN");
        for (JsonNode node : nodes) {
            table.row(
                    node.path("node").asText(),
                    node.path("state").asText(),
                    node.path("runners").asText(),
                    node.path("behind").asText(),
                    node.path("agentVersion").asText("-"),
                    node.path("kernel").asText("-"),
                    lacks(node.path("capabilities")),
                    node.path("lastSeen").asText());
        }
        table.print(surroundings.out());
    }

    /** What the kernel surely does not have; {@code ?} while the agent has not said. */
    private static String lacks(JsonNode capabilities) {
        if (capabilities.isEmpty()) {
            return "?";
        }
        String missing =
                capabilities.properties().stream()
                        .filter(one -> one.getValue().asText().equals("missing"))
                        .map(Map.Entry::getKey)
                        .collect(Collectors.joining(","));
        return missing.isEmpty() ? "-" : missing;
    }
}
