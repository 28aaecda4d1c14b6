package io.fleetwall.cli.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Ran;
import io.fleetwall.cli.StubGateway;
import io.fleetwall.cli.fleet.EventCsv.Column;
import io.fleetwall.cli.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The export as CSV, read by a parser of somebody else's. */
class EventCsvTest {
    private static final Path EVENTS = Path.of("..", "docs", "events");

    private static ObjectNode sample() throws IOException {
        String line = Files.readAllLines(EVENTS.resolve("samples/file.ndjson")).getFirst();
        return (ObjectNode) Json.read(line);
    }

    /** What a parser finds in what the command prints. */
    private static List<Map<String, String>> exported(String... events) throws IOException {
        try (StubGateway gateway = new StubGateway()) {
            gateway.on(
                    "GET /api/v1/events:search",
                    200,
                    "{\"events\":[" + String.join(",", events) + "],\"complete\":true}");
            Ran ran = gateway.run("events", "query", "--format", "csv");
            assertEquals(ExitCode.OK, ran.exitCode(), ran::err);
            assertTrue(ran.out().endsWith("\r\n"), "a record ends so by RFC 4180");
            CsvMapper mapper = new CsvMapper();
            mapper.enable(CsvParser.Feature.FAIL_ON_MISSING_COLUMNS);
            try (MappingIterator<Map<String, String>> records =
                    mapper.readerForMapOf(String.class)
                            .with(CsvSchema.emptySchema().withHeader())
                            .readValues(ran.out())) {
                return new ArrayList<>(records.readAll());
            }
        }
    }

    private static String cell(Map<String, String> event, String column) {
        return Objects.requireNonNull(event.get(column), column);
    }

    /** As a reader undoes it: one apostrophe off each text. */
    private static String undone(String cell) {
        return cell.startsWith("'") ? cell.substring(1) : cell;
    }

    @Test
    void everyValueComesBackThroughAnotherParserWithItsType() throws IOException {
        ObjectNode event = sample();
        ((ObjectNode) event.path("process")).put("container", "c0ffee").put("group", "/a/b");
        event.put("runner", "a \"b\", c\r\nd;e\tf \u00fc\u4e2d\ud83d\ude80").put("cursor", 7);
        List<Map<String, String>> records =
                exported(event.toString(), "{\"id\":\"x\",\"count\":1}");
        assertEquals(2, records.size());
        int empty = 0;
        for (Column column : EventCsv.COLUMNS) {
            String cell = cell(records.getFirst(), column.name());
            JsonNode value = event.at("/" + column.path().replace('.', '/'));
            assertFalse(value.isMissingNode(), column::path);
            switch (column.type()) {
                case INT64 -> assertEquals(value.asLong(), Long.parseLong(cell), column::path);
                case TIMESTAMP -> {
                    assertEquals(value.asText(), cell);
                    assertNotNull(Instant.parse(cell));
                }
                case JSON -> assertEquals(value, Json.read(cell), column::path);
                case TEXT -> assertEquals(value.asText(), undone(cell), column::path);
            }
            empty += cell(records.getLast(), column.name()).isEmpty() ? 1 : 0;
        }
        assertEquals(EventCsv.COLUMNS.size() - 2, empty, "what is not known is empty");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "'=1",
                        "'",
                "\uff1d1+1", "\uff20a", "=1,\"x\"\n", "a;=b", "\"", "\"\"", " =1", "null", ""
            })
    void whatAJobChoseIsNeverAFormulaAndComesBackAsItWas(String hostile) throws IOException {
        ObjectNode event = sample();
        event.put("message", hostile);
        ((ObjectNode) event.path("process")).put("command", hostile);
        for (String column : List.of("message", "process_command")) {
            String cell = cell(exported(event.toString()).getFirst(), column);
            assertFalse(cell.matches("(?s)[=+@\\t\\r\\n\uff1d\uff0b\uff0d\uff20-].*"), cell);
            assertEquals(hostile, undone(cell));
        }
    }

    @Test
    void everyKeyOfThePublishedSchemaIsAColumnOfItsType() throws IOException {
        JsonNode schema = Json.read(Files.readString(EVENTS.resolve("event.schema.json")));
        Map<String, EventCsv.Type> published = new TreeMap<>();
        keys("", schema.path("properties"), published);
        published.remove("severity"); // is said of what sinks get; the store has none
        Map<String, EventCsv.Type> columns = new TreeMap<>();
        EventCsv.COLUMNS.forEach(column -> columns.put(column.path(), column.type()));
        assertEquals(published, columns);
        Set<String> names = new HashSet<>();
        EventCsv.COLUMNS.forEach(column -> assertTrue(names.add(column.name()), column::name));
    }

    private static void keys(String prefix, JsonNode properties, Map<String, EventCsv.Type> all) {
        properties
                .properties()
                .forEach(entry -> {
                    String path = prefix + entry.getKey();
                    JsonNode key = entry.getValue();
                    switch (key.path("type").asText("string")) {
                        case "object" -> keys(path + ".", key.path("properties"), all);
                        case "integer" -> all.put(path, EventCsv.Type.INT64);
                        case "array" -> all.put(path, EventCsv.Type.JSON);
                        default ->
                                all.put(
                                        path,
                                        key.path("format").asText().equals("date-time")
                                                ? EventCsv.Type.TIMESTAMP
                                                : EventCsv.Type.TEXT);
                    }
                });
    }

    /** {@code -Dsamples} writes both. */
    @Test
    void theColumnsAreTheDocumentedOnesInTheirOrder() throws IOException {
        StringBuilder table = new StringBuilder("| column | type |\n| --- | --- |\n");
        for (Column column : EventCsv.COLUMNS) {
            String type = column.type().name().toLowerCase(Locale.ROOT);
            table.append("| `" + column.name() + "` | " + type + " |\n");
        }
        Path page = EVENTS.resolve("csv.md");
        Path file = EVENTS.resolve("samples/events.csv");
        String text = Files.readString(page);
        String documented = text.substring(0, text.indexOf("| column")) + table;
        String csv = EventCsv.head() + EventCsv.of(sample());
        if (System.getProperty("samples") != null) {
            Files.writeString(page, documented);
            Files.writeString(file, csv);
        }
        assertEquals(Files.readString(page), documented);
        assertEquals(Files.readString(file), csv);
    }
}
