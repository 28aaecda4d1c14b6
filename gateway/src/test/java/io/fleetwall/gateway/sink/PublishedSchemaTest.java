package io.fleetwall.gateway.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.util.JsonFormat;
import io.fleetwall.gateway.config.GatewayConfig.Format;
import io.fleetwall.gateway.config.Tuning;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Payloads held against what receivers publish of theirs: schemas where there are some. */
final class PublishedSchemaTest {
    /** Splunk, "Format events for HTTP Event Collector": keys beside the event. */
    private static final Set<String> HEC =
            Set.of("time", "host", "source", "sourcetype", "index", "fields", "event");

    private static String body(Format format, Tuning.Shape shape, JsonObject... events) {
        Encoding encoding = new Encoding(PayloadTest.target(format, shape), Map.of());
        List<Due> all =
                Stream.of(events).map(event -> PayloadTest.due(event, Incident.Act.OPEN)).toList();
        return new String(encoding.of(all).body(), StandardCharsets.UTF_8);
    }

    private static JsonObject question() {
        JsonObject event = PayloadTest.denied().put("kind", "dns.denied");
        event.getJsonObject("destination").put("protocol", "dns").remove("address");
        return event;
    }

    @Test
    void logsAreExactlyWhatTheProtocolsSchemaHas() throws Exception {
        String text =
                body(Format.OTLP, Tuning.Shape.NATIVE, PayloadTest.denied(), PayloadTest.fleet());
        ExportLogsServiceRequest.Builder read = ExportLogsServiceRequest.newBuilder();
        JsonFormat.parser().merge(text, read); // refuses keys that the schema does not have
        assertEquals(2, read.getResourceLogsCount(), "one resource a node, one for the gateway");
        LogRecord denied = read.getResourceLogs(0).getScopeLogs(0).getLogRecords(0);
        assertEquals(SeverityNumber.SEVERITY_NUMBER_ERROR, denied.getSeverityNumber());
        assertEquals("fleetwall.flow.denied", denied.getEventName());
        assertEquals(
                Instant.parse("2026-11-22T10:00:00.123Z").toEpochMilli(),
                denied.getTimeUnixNano() / 1_000_000);
        Set<String> keys = new HashSet<>();
        for (KeyValue attribute : denied.getAttributesList()) {
            assertTrue(keys.add(attribute.getKey()), attribute.getKey() + " twice");
            assertTrue(
                    attribute.getValue().hasStringValue()
                            || attribute.getValue().hasIntValue()
                            || attribute.getValue().hasArrayValue(),
                    attribute.getKey());
        }
        assertTrue(keys.containsAll(Set.of("log.record.uid", "process.pid", "server.address")));
    }

    private record Field(String type, boolean array, Set<String> allowed) {}

    /** The published fields by name. */
    private static Map<String, Field> fields() throws IOException {
        Map<String, Field> fields = new HashMap<>();
        for (String line : Files.readAllLines(Path.of("src/test/resources/ecs-fields.tsv"))) {
            if (!line.startsWith("#")) {
                String[] cells = line.split("\t", -1);
                Set<String> allowed =
                        cells[3].equals("-") ? Set.of() : Set.of(cells[3].split(",", -1));
                fields.put(cells[0], new Field(cells[1], cells[2].equals("array"), allowed));
            }
        }
        return fields;
    }

    @Test
    void everyFieldOfADocumentIsAFieldOfTheCommonSchemaWithItsTypeAndAllowedValue()
            throws IOException {
        Map<String, Field> fields = fields();
        String text =
                body(
                        Format.ELASTIC,
                        Tuning.Shape.ECS,
                        PayloadTest.denied(),
                        PayloadTest.fleet(),
                        question());
        List<JsonObject> documents =
                text.lines()
                        .map(JsonObject::new)
                        .filter(json -> !json.containsKey("create"))
                        .toList();
        assertEquals(3, documents.size());
        for (JsonObject document : documents) {
            assertNotNull(document.remove("fleetwall"), "what the schema has no field for");
            Map<String, Object> flat = new TreeMap<>();
            flatten("", document, flat);
            flat.forEach((name, value) -> check(name, value, fields));
            Set<String> category = texts(flat, "event.category");
            for (String type : texts(flat, "event.type")) {
                assertTrue(
                        category.stream().anyMatch(one -> expected(fields, one).contains(type)),
                        type + " is no type of " + category);
            }
        }
    }

    private static Set<String> expected(Map<String, Field> fields, String category) {
        return Objects.requireNonNull(fields.get("event.category=" + category), category).allowed();
    }

    private static void flatten(String prefix, JsonObject json, Map<String, Object> flat) {
        for (String key : json.fieldNames()) {
            Object value = json.getValue(key);
            if (value instanceof JsonObject object) {
                flatten(prefix + key + ".", object, flat);
            } else {
                flat.put(prefix + key, value);
            }
        }
    }

    private static Set<String> texts(Map<String, Object> flat, String key) {
        Set<String> texts = new HashSet<>();
        ((JsonArray) Objects.requireNonNull(flat.get(key), key))
                .forEach(one -> texts.add(one.toString()));
        return texts;
    }

    private static void check(String name, Object value, Map<String, Field> fields) {
        Field field = Objects.requireNonNull(fields.get(name), name + " is no field of the schema");
        assertEquals(field.array(), value instanceof JsonArray, name);
        List<?> values = value instanceof JsonArray array ? array.getList() : List.of(value);
        for (Object one : values) {
            switch (field.type()) {
                case "long" -> assertInstanceOf(Number.class, one, name);
                case "date" -> assertNotNull(Instant.parse(one.toString()), name);
                case "ip" -> assertTrue(one.toString().matches("[0-9a-f.:]+"), name);
                default -> assertInstanceOf(String.class, one, name);
            }
            assertTrue(
                    field.allowed().isEmpty() || field.allowed().contains(one.toString()),
                    () -> name + " may not be " + one);
        }
    }

    @Test
    void aCollectorsEventHasTheKeysItKnowsAndItsTimeInSeconds() {
        String text =
                body(Format.SPLUNK, Tuning.Shape.NATIVE, PayloadTest.denied(), PayloadTest.fleet());
        List<JsonObject> events = text.lines().map(JsonObject::new).toList();
        assertEquals(2, events.size());
        for (JsonObject event : events) {
            assertTrue(HEC.containsAll(event.fieldNames()), event::encode);
            assertFalse(event.getJsonObject("event").isEmpty(), event::encode);
            double seconds = event.getDouble("time");
            assertTrue(seconds > 1.7e9 && seconds < 1e11, event::encode);
        }
        assertEquals("node-7", events.getFirst().getString("host"));
    }

    /** Slack, "Block Kit reference": what a message with more would be refused for. */
    @Test
    void aMessageStaysWithinSlacksLimitsWhateverAJobPutsIntoIt() {
        JsonObject event = PayloadTest.denied().put("message", "&<>".repeat(5_000));
        event.getJsonObject("process").put("command", "<".repeat(60_000));
        event.getJsonObject("job").put("actor", "&".repeat(10_000)).put("runId", "7".repeat(4_000));
        String far = "https://ci.example/" + "x".repeat(4_000);
        List<Links.Link> links =
                List.of(
                        new Links.Link("run", "Open run", "https://ci.example/1"),
                        new Links.Link("allow", "Allow…", far));
        JsonObject message = SlackMessage.of(PayloadTest.due(event, Incident.Act.OPEN), links);
        JsonArray blocks = message.getJsonArray("blocks");
        assertTrue(blocks.size() <= 50);
        assertTrue(message.getString("text").length() <= 40_000);
        for (Object each : blocks) {
            JsonObject block = (JsonObject) each;
            switch (block.getString("type")) {
                case "header" -> limited(block.getJsonObject("text"), "plain_text", 150);
                case "section" -> section(block);
                case "actions" -> actions(block.getJsonArray("elements"));
                case "context" -> {
                    assertTrue(block.getJsonArray("elements").size() <= 10);
                    limited(block.getJsonArray("elements").getJsonObject(0), "mrkdwn", 3_000);
                }
                case String other -> throw new AssertionError("what is " + other + "?");
            }
        }
    }

    private static void limited(JsonObject text, String type, int most) {
        assertEquals(type, text.getString("type"));
        int length = text.getString("text").length();
        assertTrue(length >= 1 && length <= most, () -> type + " of " + length);
    }

    private static void section(JsonObject block) {
        if (block.containsKey("text")) {
            limited(block.getJsonObject("text"), "mrkdwn", 3_000);
            return;
        }
        JsonArray fields = block.getJsonArray("fields");
        assertTrue(!fields.isEmpty() && fields.size() <= 10);
        fields.forEach(field -> limited((JsonObject) field, "mrkdwn", 2_000));
    }

    private static void actions(JsonArray elements) {
        assertEquals(1, elements.size(), "an address that is too long is left out");
        JsonObject button = elements.getJsonObject(0);
        assertEquals("button", button.getString("type"));
        limited(button.getJsonObject("text"), "plain_text", 75);
        assertTrue(button.getString("url").length() <= 3_000);
        assertTrue(button.getString("action_id").length() <= 255);
    }
}
