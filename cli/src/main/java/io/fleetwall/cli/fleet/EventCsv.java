package io.fleetwall.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * Events as CSV (RFC 4180): the same columns in every export, each of one type, so that a file can
 * become Parquet without a guess. Columns that are added later come last.
 *
 * <p>A spreadsheet runs a cell that begins like a formula, and cells come from jobs. Such a text is
 * preceded by an apostrophe, as is one that begins with an apostrophe: who takes one leading
 * apostrophe off each text has it as it was.
 */
final class EventCsv {
    /** What begins a formula in a spreadsheet, and what is taken off before it looks. */
    private static final String STARTS = "=+-@'\t\r\n\uff1d\uff0b\uff0d\uff20";

    /** What a column holds; a cell of any may be empty: not known. */
    enum Type {
        TEXT,
        /** ISO 8601 in UTC, to the millisecond or finer. */
        TIMESTAMP,
        /** A 64-bit integer. */
        INT64,
        /** A JSON text. */
        JSON
    }

    /** A column: its path in an event is its name with dots for underscores. */
    record Column(String path, Type type) {
        String name() {
            return path.replace('.', '_');
        }
    }

    static final List<Column> COLUMNS =
            List.of(
                    new Column("id", Type.TEXT),
                    new Column("at", Type.TIMESTAMP),
                    new Column("received", Type.TIMESTAMP),
                    new Column("kind", Type.TEXT),
                    new Column("node", Type.TEXT),
                    new Column("runner", Type.TEXT),
                    new Column("job.repository", Type.TEXT),
                    new Column("job.workflow", Type.TEXT),
                    new Column("job.job", Type.TEXT),
                    new Column("job.runId", Type.TEXT),
                    new Column("job.attempt", Type.INT64),
                    new Column("job.actor", Type.TEXT),
                    new Column("job.ref", Type.TEXT),
                    new Column("process.pid", Type.INT64),
                    new Column("process.executable", Type.TEXT),
                    new Column("process.command", Type.TEXT),
                    new Column("destination.name", Type.TEXT),
                    new Column("destination.address", Type.TEXT),
                    new Column("destination.port", Type.INT64),
                    new Column("destination.protocol", Type.TEXT),
                    new Column("judgement.verdict", Type.TEXT),
                    new Column("judgement.reason", Type.TEXT),
                    new Column("judgement.policy", Type.TEXT),
                    new Column("judgement.revision", Type.INT64),
                    new Column("judgement.rule", Type.TEXT),
                    new Column("judgement.file", Type.TEXT),
                    new Column("judgement.line", Type.INT64),
                    new Column("count", Type.INT64),
                    new Column("message", Type.TEXT),
                    new Column("cursor", Type.INT64),
                    new Column("labels", Type.JSON),
                    new Column("windowMillis", Type.INT64),
                    new Column("job.organization", Type.TEXT),
                    new Column("process.summary", Type.TEXT),
                    new Column("process.uid", Type.INT64),
                    new Column("process.name", Type.TEXT),
                    new Column("process.group", Type.TEXT),
                    new Column("process.container", Type.TEXT),
                    new Column("process.parents", Type.JSON),
                    new Column("destination.nameFrom", Type.TEXT),
                    new Column("destination.chain", Type.JSON),
                    new Column("judgement.mode", Type.TEXT));

    private EventCsv() {}

    /** The first record, ended as every record is. */
    static String head() {
        return String.join(",", COLUMNS.stream().map(Column::name).toList()) + "\r\n";
    }

    /** The record of an event. */
    static String of(JsonNode event) {
        return String.join(",", COLUMNS.stream().map(column -> cell(event, column)).toList())
                + "\r\n";
    }

    private static String cell(JsonNode event, Column column) {
        JsonNode value = event.at("/" + column.path().replace('.', '/'));
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        return switch (column.type()) {
            case INT64 -> value.isIntegralNumber() ? value.asText() : "";
            case JSON -> value.isContainerNode() ? quoted(value.toString()) : "";
            case TEXT, TIMESTAMP -> quoted(harmless(value.asText("")));
        };
    }

    private static String harmless(String text) {
        return !text.isEmpty() && STARTS.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }

    /** In quotes where RFC 4180 asks for it, and around what other separators would cut. */
    private static String quoted(String text) {
        return text.chars().anyMatch(c -> "\",;\t\r\n".indexOf(c) >= 0)
                ? '"' + text.replace("\"", "\"\"") + '"'
                : text;
    }
}
