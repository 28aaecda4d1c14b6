package io.fleetwall.cli.alert;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.gateway.GatewayClient;
import io.fleetwall.cli.text.Json;
import io.fleetwall.cli.text.Table;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Where the traffic of workflows usually goes, and how to have it learned anew. */
@Command(
        name = "baseline",
        description = "Shows where the traffic of workflows usually goes, or has it learned anew.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A workflow is learned after some runs (events.baseline in the gateway's settings); from then on a",
            "destination that none of its runs had is told once, as a baseline.deviation event. For example:",
            "  fleetwall baseline show --repository acme/api",
            "  fleetwall baseline show 019a9c3e-7c00-7abc-8def-0123456789ab"
        })
public final class BaselineCommand {
    private final Surroundings surroundings;

    private BaselineCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The command with its subcommands. */
    public static CommandLine of(Surroundings surroundings) {
        return new CommandLine(new BaselineCommand(surroundings));
    }

    @Command(
            name = "show",
            description = "Lists baselines; with an id, the destinations of one.",
            mixinStandardHelpOptions = true)
    int show(
            @Parameters(
                            paramLabel = "ID",
                            arity = "0..1",
                            defaultValue = "",
                            description = "Only this one.")
                    String id,
            @Option(names = "--repository", defaultValue = "", description = "Only of this one.")
                    String repository,
            @Option(names = "--workflow", defaultValue = "", description = "Only of this one.")
                    String workflow,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            boolean all = id.isEmpty();
            JsonNode answer =
                    all
                            ? gateway.all(path(repository, workflow), "baselines")
                            : gateway.get("baselines/" + GatewayClient.segment(id));
            if (json) {
                surroundings.out().println(Json.pretty(answer));
            } else if (all) {
                list(answer.path("baselines"));
            } else {
                destinations(answer);
            }
        }
        return ExitCode.OK;
    }

    private static String path(String repository, String workflow) {
        return "baselines?repository=" + encoded(repository) + "&workflow=" + encoded(workflow);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private void list(JsonNode baselines) {
        if (baselines.isEmpty()) {
            surroundings.out().println("nothing learned; jobs that name their workflow are");
            return;
        }
        Table table = new Table("ID", "REPOSITORY", "WORKFLOW", "RUNS", "STATE", "LAST SEEN");
        for (JsonNode one : baselines) {
            table.row(
                    one.path("id").asText(),
                    one.path("repository").asText(),
                    one.path("workflow").asText(),
                    one.path("runs").asText(),
                    state(one),
                    one.path("lastSeen").asText());
        }
        table.print(surroundings.out());
    }

    private static String state(JsonNode baseline) {
        if (baseline.has("fullAt")) {
            return "full";
        }
        return baseline.has("learnedAt") ? "learned" : "learning";
    }

    private void destinations(JsonNode baseline) {
        Table table =
                new Table("DESTINATION", "PORT", "PROTOCOL", "RUNS", "VERDICTS", "SINCE", "NEW");
        for (JsonNode one : baseline.path("destinations")) {
            table.row(
                    one.path("name").asText(),
                    one.path("port").asText(),
                    one.path("protocol").asText(),
                    one.path("runs").asText(),
                    verdicts(one.path("verdicts")),
                    one.path("firstSeen").asText(),
                    one.has("deviatedAt") ? "deviation" : "");
        }
        table.print(surroundings.out());
    }

    private static String verdicts(JsonNode verdicts) {
        StringBuilder all = new StringBuilder();
        verdicts.forEach(one -> all.append(all.isEmpty() ? "" : ", ").append(one.asText()));
        return all.toString();
    }

    @Command(
            name = "reset",
            description = "Forgets a baseline: its workflow is learned anew. Audited.",
            mixinStandardHelpOptions = true)
    int reset(@Parameters(paramLabel = "ID", description = "Its id.") String id) {
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            gateway.post("baselines:reset", Json.object().put("id", id));
            surroundings.out().println("reset");
        }
        return ExitCode.OK;
    }
}
