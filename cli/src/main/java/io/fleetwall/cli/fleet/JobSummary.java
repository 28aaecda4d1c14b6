package io.fleetwall.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Denials by destination, process and rule, as a Markdown table. */
final class JobSummary {
    /** A run's page takes 1 MiB; so many rows are far below it and more than anybody reads. */
    private static final int ROWS = 100;

    private static final int CELL = 200;

    /** Whether all events were looked at. */
    enum Extent {
        WHOLE,
        CUT
    }

    private record Row(String verdict, String destination, String process, String rule) {}

    private final Map<Row, Long> counts = new LinkedHashMap<>();

    void add(JsonNode event) {
        JsonNode judged = event.path("judgement");
        String verdict = judged.path("verdict").asText();
        if (!verdict.equals("denied") && !verdict.equals("would-deny")) {
            return;
        }
        JsonNode to = event.path("destination");
        String name = to.path("name").asText(to.path("address").asText());
        String port = to.path("port").asText("");
        String file = judged.path("file").asText("");
        Row row =
                new Row(
                        verdict,
                        name
                                + (port.isEmpty() ? "" : ":" + port)
                                + "/"
                                + to.path("protocol").asText(),
                        event.path("process").path("executable").asText(""),
                        file.isEmpty()
                                ? judged.path("reason").asText()
                                : file + ":" + judged.path("line").asText());
        counts.merge(row, event.path("count").asLong(1), Long::sum);
    }

    String markdown(Extent extent) {
        StringBuilder text = new StringBuilder("### Fleetwall: egress of this job\n\n");
        if (counts.isEmpty()) {
            return text.append("Nothing was denied.\n").toString();
        }
        text.append("| Verdict | Destination | Process | Rule or reason | Times |\n");
        text.append("| --- | --- | --- | --- | ---: |\n");
        counts.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .limit(ROWS)
                .forEach(entry -> text.append(line(entry.getKey(), entry.getValue())));
        if (counts.size() > ROWS) {
            text.append("\n").append(counts.size() - ROWS).append(" more are not shown.\n");
        }
        return extent == Extent.CUT
                ? text.append("\nOnly the first events are counted.\n").toString()
                : text.toString();
    }

    private static String line(Row row, long count) {
        return "| "
                + row.verdict()
                + " | "
                + cell(row.destination())
                + " | "
                + cell(row.process())
                + " | "
                + cell(row.rule())
                + " | "
                + count
                + " |\n";
    }

    /** Code, so that nothing a job chose becomes a link. */
    private static String cell(String text) {
        if (text.isEmpty()) {
            return "";
        }
        String cut = text.length() <= CELL ? text : text.substring(0, CELL - 1) + "…";
        return "`" + cut.replace("`", "'").replace("|", "\\|").replaceAll("[\\r\\n]+", " ") + "`";
    }
}
