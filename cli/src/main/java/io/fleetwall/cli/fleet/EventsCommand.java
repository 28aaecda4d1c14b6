package io.fleetwall.cli.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.ToolException;
import io.fleetwall.cli.gateway.GatewayClient;
import io.fleetwall.cli.text.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What happened, and with {@code --follow} what happens, as it does. */
@Command(
        name = "events",
        description = "Shows the latest events, follows them, looks for some, or proves them.",
        mixinStandardHelpOptions = true)
public final class EventsCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(names = "--kind", description = "Only this kind, for example flow.denied.")
    private String kind = "";

    @Option(
            names = "--limit",
            description = "How many, 1 to 1000 (default: ${DEFAULT-VALUE}).",
            defaultValue = "50")
    private int limit;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with events as they happen, until Ctrl-C.")
    private boolean follow;

    @Option(names = "--json", description = "Print one JSON object a line.")
    private boolean json;

    /** The command with its subcommands. */
    public static CommandLine of(Surroundings surroundings) {
        return new CommandLine(new EventsCommand(surroundings))
                .addSubcommand(new EventsQueryCommand(surroundings))
                .addSubcommand(new EventsSummaryCommand(surroundings))
                .addSubcommand(new EventsVerifyCommand(surroundings));
    }

    private EventsCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            String cursor = printLatest(gateway);
            while (follow) {
                cursor = follow(gateway, cursor);
            }
        }
        return ExitCode.OK;
    }

    private String printLatest(GatewayClient gateway) {
        String query = "events?limit=" + limit + (kind.isEmpty() ? "" : "&kind=" + encode(kind));
        JsonNode answer = gateway.get(query);
        String cursor = answer.path("cursor").asText("");
        for (JsonNode event : answer.isArray() ? answer : answer.path("events")) {
            print(event);
            cursor = event.path("cursor").asText(cursor);
        }
        return cursor;
    }

    /** One connection's worth of events; the gateway resumes after the cursor that is returned. */
    private String follow(GatewayClient gateway, String after) {
        String cursor = after;
        String path = "events/stream" + (kind.isEmpty() ? "" : "?kind=" + encode(kind));
        try (Stream<String> stream = gateway.stream(path, after)) {
            for (Iterator<String> lines = stream.iterator(); lines.hasNext(); ) {
                String line = lines.next();
                if (line.startsWith("id:")) {
                    cursor = line.substring(3).strip();
                } else if (line.startsWith("data:")) {
                    print(read(line.substring(5)));
                }
            }
        }
        return cursor;
    }

    private static JsonNode read(String text) {
        try {
            return Json.read(text);
        } catch (JsonProcessingException e) {
            throw new ToolException(
                    ExitCode.UNREACHABLE, "the gateway sent an event that is not JSON", "");
        }
    }

    private void print(JsonNode event) {
        if (json) {
            surroundings.out().println(Json.line(event));
            return;
        }
        surroundings.out().println(EventLine.of(event));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
