package io.fleetwall.gateway.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.config.GatewayConfig.Format;
import io.fleetwall.gateway.config.Tuning;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Events for SIEMs, held against the published attributes of OCSF. */
final class OcsfTest {
    private final OcsfSchema schema = new OcsfSchema();

    OcsfTest() throws IOException {}

    private static JsonObject with(Consumer<JsonObject> change) {
        JsonObject event = PayloadTest.denied();
        change.accept(event);
        return event;
    }

    private static void judged(JsonObject event, String verdict, String reason) {
        event.put(
                "judgement",
                new JsonObject()
                        .put("verdict", verdict)
                        .put("reason", reason)
                        .put("mode", verdict.equals("would-deny") ? "audit" : "enforce")
                        .put("revision", 4));
    }

    /** What a fleet tells, with as much and as little as is ever known. */
    static List<JsonObject> told() {
        return List.of(
                PayloadTest.denied(),
                PayloadTest.fleet(),
                with(event -> judged(event, "would-deny", "denied-by-default")),
                with(event -> judged(event.put("kind", "flow.allowed"), "allowed", "allowed")),
                with(event ->
                        event.put(
                                "destination",
                                new JsonObject()
                                        .put("address", "2001:db8::66")
                                        .put("protocol", "icmpv6"))),
                with(event -> event.getJsonObject("destination").put("protocol", "132")),
                with(event ->
                        event.getJsonObject("process").put("uid", 0).put("container", "c0ffee")),
                with(event -> {
                    event.remove("process");
                    event.remove("job");
                    event.remove("labels");
                    event.remove("windowMillis");
                    event.remove("destination");
                    event.remove("judgement");
                }),
                question("dns.denied"),
                question("dns.suspicious"),
                with(event -> question("dns.suspicious").remove("destination")),
                PayloadTest.fleet().put("kind", "loss").put("node", "node-7").put("count", 9),
                PayloadTest.fleet().put("kind", "node.lost").put("node", "node-7"));
    }

    private static JsonObject question(String kind) {
        return with(event -> {
            event.put("kind", kind);
            event.getJsonObject("destination").put("protocol", "dns").remove("address");
            event.getJsonObject("destination").remove("port");
        });
    }

    @ParameterizedTest
    @MethodSource("told")
    void anEventIsAsTheSchemaSays(JsonObject event) {
        JsonObject ocsf = OcsfEvent.of(PayloadTest.due(event, Incident.Act.OPEN));
        JsonObject read = new JsonObject(ocsf.encode()); // as a receiver reads it
        assertEquals(List.of(), schema.flaws(read), read::encodePrettily);
        assertEquals(event, read.getJsonObject("unmapped").getJsonObject("fleetwall"));
    }

    @ParameterizedTest
    @EnumSource(names = {"GENERIC", "SPLUNK", "ELASTIC", "FILE"})
    void everySinkThatSpeaksItSendsItUnchanged(Format format) {
        Encoding encoding = new Encoding(PayloadTest.target(format, Tuning.Shape.OCSF), Map.of());
        List<Due> due =
                told().stream()
                        .limit(format == Format.GENERIC ? 1 : 100)
                        .map(event -> PayloadTest.due(event, Incident.Act.OPEN))
                        .toList();
        List<JsonObject> sent = inside(new String(encoding.of(due).body(), StandardCharsets.UTF_8));
        assertEquals(due.size(), sent.size());
        sent.forEach(event -> assertEquals(List.of(), schema.flaws(event), event::encode));
    }

    /** Events within lines; a data stream's time of its own is Elastic's, not the schema's. */
    private static List<JsonObject> inside(String body) {
        return body.lines()
                .map(JsonObject::new)
                .filter(line -> !line.containsKey("create"))
                .map(line -> line.containsKey("event") ? line.getJsonObject("event") : line)
                .peek(event -> event.remove("@timestamp"))
                .toList();
    }

    @Test
    void theDocumentedSamplesAreAsTheSchemaSays() throws IOException {
        int files = 0;
        try (Stream<Path> samples = Files.list(Path.of("..", "docs", "events", "samples"))) {
            for (Path sample : samples.filter(one -> one.toString().contains("ocsf")).toList()) {
                files++;
                for (JsonObject event : inside(Files.readString(sample))) {
                    assertEquals(List.of(), schema.flaws(event), sample::toString);
                }
            }
        }
        assertTrue(files >= 2, () -> "samples are gone");
    }

    @Test
    void whatIsLetPassByAuditIsObservedAndNeverCalledBlocked() {
        JsonObject event = with(one -> judged(one, "would-deny", "denied-by-default"));
        JsonObject ocsf = OcsfEvent.of(PayloadTest.due(event, Incident.Act.OPEN));
        assertEquals(
                List.of(6, 3, 15, 1, true),
                Stream.of("activity_id", "action_id", "disposition_id", "status_id", "is_alert")
                        .map(ocsf::getValue)
                        .toList());
        assertFalse(ocsf.containsKey("firewall_rule"), "no rule did it");
        assertEquals("denied-by-default", ocsf.getString("status_code"));
    }

    @Test
    void whatTheSchemaRecommendsAndWeLeaveOutIsWhatNobodyHereKnows() {
        JsonObject ocsf = OcsfEvent.of(PayloadTest.due(PayloadTest.denied(), Incident.Act.OPEN));
        Set<String> profiles = Set.of("-", "security_control", "host");
        assertEquals(
                new TreeSet<>(
                        Set.of(
                                "confidence_id", // a verdict is no guess
                                "proxy",
                                "status", // the same as status_id, in words
                                "status_detail", // the message has it
                                "timezone_offset", // times are UTC
                                "traffic", // events count packets of a verdict, not bytes
                                "url")),
                schema.recommendedButAbsent("network_activity", ocsf, profiles));
    }

    /** One thing wrong at a time: the check must find exactly it. */
    @Test
    void theCheckFindsWhatIsWrong() {
        flawed("nobody: is no attribute of network_activity", event -> event.put("nobody", 1));
        flawed("severity_id: is required", event -> event.remove("severity_id"));
        flawed("severity_id: may not be 7", event -> event.put("severity_id", 7));
        flawed("disposition_id: may not be 28", event -> event.put("disposition_id", 28));
        flawed("action_id: may not be 5", event -> event.put("action_id", 5));
        flawed("status_id: is no integer_t", event -> event.put("status_id", "2"));
        flawed("time: is no timestamp_t", event -> event.put("time", "2026-11-22T10:00:00Z"));
        flawed("type_uid: is not class", event -> event.put("type_uid", 400_106));
        flawed("metadata.version: is req", event -> part(event, "metadata").remove("version"));
        flawed(
                "metadata.profiles: is a list",
                event -> part(event, "metadata").put("profiles", "host"));
        flawed(
                "is of the profile host",
                event ->
                        part(event, "metadata")
                                .put("profiles", new JsonArray().add("security_control")));
        flawed(
                "dst_endpoint.port: is no port_t",
                event -> part(event, "dst_endpoint").put("port", 65_536));
        flawed(
                "dst_endpoint.ip: is no ip_t",
                event -> part(event, "dst_endpoint").put("ip", "evil.example"));
        flawed(
                "dst_endpoint.: (at_least_one)",
                event -> event.put("dst_endpoint", new JsonObject().put("port", 1)));
        flawed(
                "connection_info.direction_id: is required",
                event -> part(event, "connection_info").remove("direction_id"));
        flawed(
                "protocol_ver_id: may not be 5",
                event -> part(event, "connection_info").put("protocol_ver_id", 5));
        flawed(
                "actor.process.: (at_least_one)",
                event -> part(part(event, "actor"), "process").remove("pid"));
        flawed(
                "observables.type_id: is required",
                event -> event.getJsonArray("observables").getJsonObject(0).remove("type_id"));
        flawed(
                "observables.type_id: may not be 17",
                event -> event.getJsonArray("observables").getJsonObject(0).put("type_id", 17));
    }

    private static JsonObject part(JsonObject json, String name) {
        return json.getJsonObject(name);
    }

    private void flawed(String flaw, Consumer<JsonObject> change) {
        JsonObject event = OcsfEvent.of(PayloadTest.due(PayloadTest.denied(), Incident.Act.OPEN));
        JsonObject copy = new JsonObject(event.encode());
        change.accept(copy);
        assertTrue(
                schema.flaws(copy).stream().anyMatch(found -> found.contains(flaw)),
                () -> flaw + " is not among " + schema.flaws(copy));
    }
}
