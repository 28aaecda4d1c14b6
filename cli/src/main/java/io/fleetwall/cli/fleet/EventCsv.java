package io.fleetwall.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * Events as CSV (RFC 4180). A column has one type, so the file can become Parquet. A cell that a
 * spreadsheet would take for a formula is preceded by an apostrophe: its text comes from a job.
 */
final class EventCsv {
    private static final List<String> COLUMNS =
            List.of(
                    "id",
                    "at",
                    "received",
                    "kind",
                    "node",
                    "runner",
                    "job.repository",
                    "job.workflow",
                    "job.job",
                    "job.runId",
                    "job.attempt",
                    "job.actor",
                    "job.ref",
                    "process.pid",
                    "process.executable",
                    "process.command",
                    "destination.name",
                    "destination.address",
                    "destination.port",
                    "destination.protocol",
                    "judgement.verdict",
                    "judgement.reason",
                    "judgement.policy",
                    "judgement.revision",
                    "judgement.rule",
                    "judgement.file",
                    "judgement.line",
                    "count",
                    "message");

    static final String HEAD =
            String.join(",", COLUMNS.stream().map(name -> name.replace('.', '_')).toList());

    private EventCsv() {}

    static String of(JsonNode event) {
        return String.join(",", COLUMNS.stream().map(path -> cell(event, path)).toList());
    }

    private static String cell(JsonNode event, String path) {
        JsonNode value = event.at("/" + path.replace('.', '/'));
        String text = value.asText("");
        String safe = !value.isNumber() && text.matches("(?s)[=+@\\t\\r-].*") ? "'" + text : text;
        return safe.matches("(?s).*[\",\\r\\n].*") ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }
}
