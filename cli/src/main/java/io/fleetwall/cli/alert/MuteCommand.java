package io.fleetwall.cli.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.ToolException;
import io.fleetwall.cli.gateway.GatewayClient;
import io.fleetwall.cli.text.Json;
import io.fleetwall.cli.text.Table;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Alerts that are not to be sent for a while. Events are stored all the same. */
@Command(
        name = "mute",
        description = "Holds alerts back for a while; events are stored all the same.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A condition compares keys of an event: ==, !=, ~ (with * and ?), in [a, b], <, <=, >, >=;",
            "joined by and, or, not and parentheses. For example:",
            "  fleetwall mute add 'job.repository == acme/api and destination.name ~ \"*.example.com\"' \\",
            "    --for 2h --reason 'new mirror, rule follows'"
        })
public final class MuteCommand {
    private static final Map<String, Long> UNITS =
            Map.of("s", 1L, "m", 60L, "h", 3_600L, "d", 86_400L);
    private final Surroundings surroundings;

    private MuteCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The command with its subcommands. */
    public static CommandLine of(Surroundings surroundings) {
        return new CommandLine(new MuteCommand(surroundings));
    }

    @Command(
            name = "add",
            description = "Mutes; the preview says what it would have hidden.",
            mixinStandardHelpOptions = true)
    int add(
            @Parameters(paramLabel = "CONDITION", description = "Which alerts.") String picks,
            @Option(names = "--for", required = true, description = "How long: 30m, 2h, 7d.")
                    String life,
            @Option(names = "--reason", required = true, description = "Why.") String reason) {
        ObjectNode body =
                Json.object()
                        .put("picks", picks)
                        .put("reason", reason)
                        .put("seconds", seconds(life));
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            JsonNode mute = gateway.post("mutes", body);
            surroundings
                    .out()
                    .println(mute.path("id").asText() + " until " + mute.path("until").asText());
        }
        return ExitCode.OK;
    }

    @Command(
            name = "preview",
            description = "Says what a mute would have hidden; changes nothing.",
            mixinStandardHelpOptions = true)
    int preview(
            @Parameters(paramLabel = "CONDITION", description = "Which alerts.") String picks,
            @Option(
                            names = "--since",
                            defaultValue = "1d",
                            description = "Of which time (default: ${DEFAULT-VALUE}).")
                    String since) {
        ObjectNode body = Json.object().put("picks", picks).put("seconds", seconds(since));
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            JsonNode found = gateway.post("mutes:preview", body);
            surroundings
                    .out()
                    .println(
                            found.path("events").asText()
                                    + " events in "
                                    + found.path("incidents").asText()
                                    + " incidents would have been hidden, of "
                                    + found.path("looked").asText()
                                    + (found.path("complete").asBoolean()
                                            ? ""
                                            : " (the newest; there are more)"));
            for (JsonNode event : found.path("examples")) {
                surroundings
                        .out()
                        .println(
                                "  "
                                        + event.path("at").asText()
                                        + "  "
                                        + event.path("kind").asText()
                                        + "  "
                                        + event.path("message").asText());
            }
        }
        return ExitCode.OK;
    }

    @Command(name = "list", description = "Lists mutes.", mixinStandardHelpOptions = true)
    int list(@Option(names = "--json", description = "Print JSON.") boolean json) {
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            JsonNode answer = gateway.get("mutes");
            if (json) {
                surroundings.out().println(Json.pretty(answer));
                return ExitCode.OK;
            }
            Table table = new Table("ID", "UNTIL", "HIDDEN", "BY", "CONDITION", "REASON");
            for (JsonNode mute : answer.path("mutes")) {
                table.row(
                        mute.path("id").asText(),
                        mute.path("until").asText(),
                        mute.path("hidden").asText(),
                        mute.path("by").asText(),
                        mute.path("picks").asText(),
                        mute.path("reason").asText());
            }
            table.print(surroundings.out());
        }
        return ExitCode.OK;
    }

    @Command(name = "end", description = "Ends a mute now.", mixinStandardHelpOptions = true)
    int end(@Parameters(paramLabel = "ID", description = "Its id.") String id) {
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            gateway.post("mutes:end", Json.object().put("id", id));
            surroundings.out().println("ended");
        }
        return ExitCode.OK;
    }

    private static long seconds(String text) {
        if (!text.matches("[0-9]{1,6}[smhd]")) {
            throw new ToolException(
                    ExitCode.USAGE, "not a duration: " + text, "a number and s, m, h or d: 2h");
        }
        int unit = text.length() - 1;
        return Long.parseLong(text.substring(0, unit))
                * UNITS.getOrDefault(text.substring(unit), 1L);
    }
}
