package io.fleetwall.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.gateway.GatewayClient;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Which events: options that become one condition, and the pages that answer it. */
final class EventPicks {
    private static final int PAGE = 1_000;

    /** More of them make a condition longer than a request's line may be. */
    private static final int NODES = 30;

    /** A loss is told when there is room again. */
    private static final Duration LATE = Duration.ofMinutes(1);

    @Option(names = "--from", description = "From this time on, as 2026-11-22T10:00:00Z.")
    private String from = "";

    @Option(names = "--until", description = "Before this time.")
    private String until = "";

    @Option(names = "--kind", description = "Kind; * stands for anything.")
    private String kind = "";

    @Option(names = "--organization", description = "Organisation; * stands for anything.")
    private String organization = "";

    @Option(names = "--repository", description = "Repository; * stands for anything.")
    private String repository = "";

    @Option(names = "--run", description = "Run id.")
    private String run = "";

    @Option(names = "--job", description = "Job within the run.")
    private String job = "";

    @Option(names = "--workflow", description = "Workflow; * stands for anything.")
    private String workflow = "";

    @Option(names = "--attempt", description = "Attempt of the run.")
    private String attempt = "";

    @Option(names = "--actor", description = "Who started the run; * stands for anything.")
    private String actor = "";

    @Option(names = "--ref", description = "Branch or tag; * stands for anything.")
    private String ref = "";

    @Option(names = "--node", description = "Node; * stands for anything.")
    private String node = "";

    @Option(names = "--runner", description = "Runner on the node; * stands for anything.")
    private String runner = "";

    @Option(names = "--verdict", description = "allowed, denied or would-deny.")
    private String verdict = "";

    @Option(names = "--destination", description = "Name or address; * stands for anything.")
    private String destination = "";

    @Option(names = "--text", description = "Anywhere in the event.")
    private String text = "";

    @Option(names = "--where", description = "A condition; `mute --help` shows the language.")
    private String where = "";

    /** Calls for each event, oldest first; answers how many there were. */
    int find(Surroundings surroundings, int limit, Consumer<JsonNode> each) {
        int[] found = {0};
        if (limit > 0) {
            try (GatewayClient gateway = new GatewayClient(surroundings)) {
                gateway.each(
                        query(Math.min(PAGE, limit)),
                        "events",
                        event -> {
                            each.accept(event);
                            return ++found[0] < limit;
                        });
            }
        }
        return found[0];
    }

    /**
     * Adds what the machines of a summary lost in its time: a loss is of a machine, never of a job.
     */
    void losses(Surroundings surroundings, JobSummary summary, JobSummary.Span span) {
        String nodes =
                summary.nodes().stream()
                        .sorted()
                        .limit(NODES)
                        .map(EventPicks::quoted)
                        .collect(Collectors.joining(", ", " and node in [", "]"));
        boolean narrow = !summary.nodes().isEmpty() && summary.nodes().size() <= NODES;
        StringBuilder query = new StringBuilder("events:search?limit=" + PAGE);
        add(query, "from", span.first().toString());
        add(query, "until", span.last().plus(LATE).toString());
        add(query, "where", "kind == loss" + (narrow ? nodes : ""));
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            gateway.each(
                    query.toString(),
                    "events",
                    event -> {
                        summary.lost(event.path("count").asLong(1));
                        return true;
                    });
        }
    }

    private String query(int limit) {
        StringBuilder query = new StringBuilder("events:search?limit=" + limit);
        add(query, "from", from);
        add(query, "until", until);
        add(query, "text", text);
        add(query, "where", condition());
        return query.toString();
    }

    private String condition() {
        List<String> parts = new ArrayList<>();
        like(parts, "kind", kind);
        like(parts, "job.organization", organization);
        like(parts, "job.repository", repository);
        like(parts, "job.runId", run);
        like(parts, "job.job", job);
        like(parts, "job.workflow", workflow);
        like(parts, "job.attempt", attempt);
        like(parts, "job.actor", actor);
        like(parts, "job.ref", ref);
        like(parts, "node", node);
        like(parts, "runner", runner);
        like(parts, "judgement.verdict", verdict);
        if (!destination.isEmpty()) {
            String glob = quoted(destination);
            parts.add("(destination.name ~ " + glob + " or destination.address ~ " + glob + ")");
        }
        if (!where.isEmpty()) {
            parts.add("(" + where + ")");
        }
        return String.join(" and ", parts);
    }

    private static void like(List<String> parts, String key, String glob) {
        if (!glob.isEmpty()) {
            parts.add(key + " ~ " + quoted(glob));
        }
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static void add(StringBuilder query, String name, String value) {
        if (!value.isEmpty()) {
            query.append('&')
                    .append(name)
                    .append('=')
                    .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
    }
}
