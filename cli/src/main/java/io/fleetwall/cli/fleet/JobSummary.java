package io.fleetwall.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a job was denied, in Markdown: the sum first, then what the reader must know of how far to
 * trust it, then a row for each destination, process and rule.
 */
final class JobSummary {
    /** A run's page takes 1 MiB; so many rows are below a quarter and more than anybody reads. */
    static final int ROWS = 100;

    private static final String TITLE = "### Fleetwall: egress of this job\n\n";

    /** Whether all events were looked at. */
    enum Extent {
        WHOLE,
        CUT
    }

    private record Row(Outcome outcome, String destination, String process, String rule) {}

    private enum Outcome {
        BLOCKED("blocked"),
        LET_PASS("let pass (audit)");

        private final String text;

        Outcome(String text) {
            this.text = text;
        }
    }

    private final Map<Row, Long> counts = new LinkedHashMap<>();
    private final Map<String, Long> alarms = new TreeMap<>();
    private final Set<String> nodes = new TreeSet<>();
    private Optional<Instant> first = Optional.empty();
    private Optional<Instant> last = Optional.empty();
    private long lost;

    void add(JsonNode event) {
        Instant at = Instant.parse(event.path("at").asText());
        first = first.map(known -> at.isBefore(known) ? at : known).or(() -> Optional.of(at));
        last = last.map(known -> at.isAfter(known) ? at : known).or(() -> Optional.of(at));
        if (!event.path("node").asText().isEmpty()) {
            nodes.add(event.path("node").asText());
        }
        String kind = event.path("kind").asText();
        long count = event.path("count").asLong(1);
        if (kind.equals("job.unprotected")
                || kind.startsWith("tamper.")
                || kind.equals("dns.suspicious")) {
            alarms.merge(kind, count, Long::sum);
        }
        switch (event.path("judgement").path("verdict").asText()) {
            case "denied" -> counts.merge(row(event, Outcome.BLOCKED), count, Long::sum);
            case "would-deny" -> counts.merge(row(event, Outcome.LET_PASS), count, Long::sum);
            default -> {}
        }
    }

    /** So many packets or questions are in no event. */
    void lost(long count) {
        lost += count;
    }

    /** Where the events come from. */
    Set<String> nodes() {
        return Set.copyOf(nodes);
    }

    /** From the first event to the last one. */
    record Span(Instant first, Instant last) {}

    /** When it all happened; empty without events. */
    Optional<Span> span() {
        return first.flatMap(from -> last.map(to -> new Span(from, to)));
    }

    private static Row row(JsonNode event, Outcome outcome) {
        JsonNode judged = event.path("judgement");
        JsonNode to = event.path("destination");
        String name = to.path("name").asText("");
        String port = to.path("port").asText("");
        String file = judged.path("file").asText("");
        return new Row(
                outcome,
                (name.isEmpty() ? to.path("address").asText("") : name)
                        + (port.isEmpty() ? "" : ":" + port)
                        + "/"
                        + to.path("protocol").asText(""),
                event.path("process").path("executable").asText(""),
                file.isEmpty()
                        ? judged.path("reason").asText("")
                        : file + ":" + judged.path("line").asText());
    }

    /** The whole of it. */
    String markdown(Extent extent) {
        StringBuilder text = new StringBuilder(brief(extent));
        if (!counts.isEmpty()) {
            text.append("\n| Outcome | Destination | Process | Rule or reason | Times |\n");
            text.append("| --- | --- | --- | --- | ---: |\n");
            counts.entrySet().stream()
                    .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                    .limit(ROWS)
                    .forEach(entry -> text.append(line(entry.getKey(), entry.getValue())));
        }
        if (counts.size() > ROWS) {
            text.append("\n").append(counts.size() - ROWS).append(" more are not shown.\n");
        }
        return text.toString();
    }

    /** The same without the rows. */
    String brief(Extent extent) {
        if (last.isEmpty()) {
            return TITLE
                    + "No events of this job are stored: it ran on no runner that Fleetwall protects,"
                    + " or nothing of it has arrived yet.\n";
        }
        StringBuilder text = new StringBuilder(TITLE);
        long blocked = sum(Outcome.BLOCKED);
        long passed = sum(Outcome.LET_PASS);
        if (blocked + passed == 0) {
            text.append("Nothing was denied");
        } else {
            text.append("**").append(blocked).append(" blocked**");
        }
        if (passed > 0) {
            text.append(", **").append(passed).append(" let pass** that a policy would block");
            text.append(" (audit mode)");
        }
        text.append(", as of ").append(MarkdownCode.of(last.get().toString())).append(".\n");
        alarms.forEach((kind, count) -> text.append(alarm(kind, count)));
        if (lost > 0) {
            text.append("\n**Incomplete:** of the machines it ran on, ")
                    .append(lost)
                    .append(" packets or questions of that time are in no event.\n");
        }
        if (extent == Extent.CUT) {
            text.append("\n**Incomplete:** only the first events are counted.\n");
        }
        return text.toString();
    }

    private static String alarm(String kind, long count) {
        String words =
                switch (kind) {
                    case "job.unprotected" -> "**Not protected:** the job ran without the filter";
                    case "dns.suspicious" ->
                            "**Suspicious:** more was asked below a name than is usual";
                    default -> "**Tampering:** something in the kernel was not as it was left";
                };
        return "\n" + words + " (" + MarkdownCode.of(kind) + ", " + count + ").\n";
    }

    private long sum(Outcome outcome) {
        return counts.entrySet().stream()
                .filter(entry -> entry.getKey().outcome() == outcome)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private static String line(Row row, long count) {
        return "| "
                + String.join(
                        " | ",
                        row.outcome().text,
                        MarkdownCode.of(row.destination()),
                        MarkdownCode.of(row.process()),
                        MarkdownCode.of(row.rule()),
                        Long.toString(count))
                + " |\n";
    }
}
