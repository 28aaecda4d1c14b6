package io.fleetwall.cli.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.ToolException;
import io.fleetwall.cli.gateway.GatewayClient;
import io.fleetwall.cli.text.Json;
import io.fleetwall.cli.text.Table;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Alerts that could not be delivered, and a test of a target. */
@Command(
        name = "webhook",
        description = "Alerts that were given up: lists, sends again, deletes; tests a target.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
public final class WebhookCommand {
    private static final Duration TEST = Duration.ofSeconds(30);
    private static final long LOOK_MILLIS = 200;
    private final Surroundings surroundings;

    private WebhookCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The command with its subcommands. */
    public static CommandLine of(Surroundings surroundings) {
        return new CommandLine(new WebhookCommand(surroundings));
    }

    @Command(
            name = "dead",
            description = "Lists alerts that were given up.",
            mixinStandardHelpOptions = true)
    int dead(
            @Option(names = "--target", defaultValue = "", description = "Only of this target.")
                    String target,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            JsonNode answer =
                    gateway.all(
                            "webhooks/deliveries?state=dead&limit=1000&target=" + word(target),
                            "deliveries");
            if (json) {
                surroundings.out().println(Json.pretty(answer));
                return ExitCode.OK;
            }
            Table table = new Table("ID", "TARGET", "KIND", "SINCE", "ATTEMPTS", "OUTCOME");
            for (JsonNode letter : answer.path("deliveries")) {
                table.row(
                        letter.path("id").asText(),
                        letter.path("target").asText(),
                        letter.path("kind").asText(),
                        letter.path("createdAt").asText(),
                        letter.path("attempts").asText(),
                        letter.path("last").path("outcome").asText("refused"));
            }
            table.print(surroundings.out());
        }
        return ExitCode.OK;
    }

    @Command(
            name = "replay",
            description = "Sends alerts that were given up again.",
            mixinStandardHelpOptions = true)
    int replay(@CommandLine.Mixin Which which) {
        return change("replay", "replayed", which);
    }

    @Command(
            name = "purge",
            description = "Deletes alerts that were given up; the events stay in the log.",
            mixinStandardHelpOptions = true)
    int purge(@CommandLine.Mixin Which which) {
        return change("purge", "purged", which);
    }

    /** Which of them; one is needed. */
    static final class Which {
        @Option(names = "--target", description = "All of this target.")
        private String target = "";

        @Option(names = "--id", description = "Only this one.")
        private String id = "";

        @Option(names = "--all", description = "All of all targets.")
        private boolean all;
    }

    private int change(String act, String done, Which which) {
        ObjectNode body = Json.object();
        if (!which.target.isEmpty()) {
            body.put("target", which.target);
        }
        if (!which.id.isEmpty()) {
            body.put("id", which.id);
        }
        if (which.all) {
            body.put("all", true);
        }
        if (body.isEmpty()) {
            throw new ToolException(
                    ExitCode.USAGE, "say which alerts", "--id ID, --target NAME, or --all");
        }
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            JsonNode answer = gateway.post("webhooks:" + act, body);
            surroundings.out().println(answer.path(done).asText() + " " + done);
        }
        return ExitCode.OK;
    }

    @Command(
            name = "test",
            description = "Sends a test alert to a target and says what came of it.",
            mixinStandardHelpOptions = true)
    int test(@Parameters(paramLabel = "TARGET", description = "Its name.") String target) {
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            String id =
                    gateway.post("webhooks:test", Json.object().put("target", target))
                            .path("id")
                            .asText();
            JsonNode letter = awaitOutcome(gateway, id);
            String outcome = letter.path("last").path("outcome").asText("not tried yet");
            boolean delivered = letter.path("state").asText().equals("delivered");
            surroundings.out().println((delivered ? "delivered: " : "not delivered: ") + outcome);
            return delivered ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    private static JsonNode awaitOutcome(GatewayClient gateway, String id) {
        long until = System.nanoTime() + TEST.toNanos();
        while (true) {
            JsonNode letter =
                    gateway.get("webhooks/deliveries?id=" + word(id)).path("deliveries").path(0);
            if (letter.has("last") || System.nanoTime() > until) {
                return letter;
            }
            try {
                Thread.sleep(LOOK_MILLIS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return letter;
            }
        }
    }

    private static String word(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
