package io.fleetwall.gateway.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages for people's receivers, held against JSON Schemas of what those take. */
final class ReceiverSchemaTest {
    /** Teams: 28 KB a message. */
    private static final int TEAMS = 28 * 1_024;

    private static final int PAGERDUTY = 512 * 1_000;
    private static final Map<String, String> LINKS =
            Map.of("run", "https://ci.example/{{job.runId}}", "allow", "https://ci.example/allow");
    private final JsonSchema card =
            schema(SpecVersion.VersionFlag.V6, "adaptive-card-1.4.schema.json");
    private final JsonSchema event =
            schema(SpecVersion.VersionFlag.V202012, "pagerduty-event.schema.json");

    ReceiverSchemaTest() throws IOException {}

    private static JsonSchema schema(SpecVersion.VersionFlag version, String name)
            throws IOException {
        String text = Files.readString(Path.of("src", "test", "resources", name));
        return JsonSchemaFactory.getInstance(version).getSchema(text);
    }

    private static List<String> flaws(JsonSchema schema, JsonObject json) {
        return schema.validate(json.encode(), InputFormat.JSON).stream()
                .map(Object::toString)
                .toList();
    }

    private static byte[] body(Format format, JsonObject event, Incident.Act act) {
        Encoding encoding = new Encoding(PayloadTest.target(format, Tuning.Shape.NATIVE), LINKS);
        return encoding.of(List.of(PayloadTest.due(event, act))).body();
    }

    private static JsonObject json(byte[] body) {
        return new JsonObject(new String(body, StandardCharsets.UTF_8));
    }

    private static JsonObject cardOf(byte[] body) {
        JsonObject message = json(body);
        assertEquals("message", message.getString("type"));
        JsonArray attachments = message.getJsonArray("attachments");
        assertEquals(1, attachments.size());
        JsonObject attachment = attachments.getJsonObject(0);
        assertEquals(
                "application/vnd.microsoft.card.adaptive", attachment.getString("contentType"));
        return attachment.getJsonObject("content");
    }

    /** The longest a job can make of everything it chooses. */
    private static JsonObject hostile(String part) {
        String text = part.repeat(100_000);
        JsonObject event = PayloadTest.denied().put("message", text);
        event.getJsonObject("process")
                .put("command", text)
                .put("name", text)
                .put("summary", text)
                .put("executable", text);
        event.getJsonObject("job").put("job", text).put("actor", text).put("ref", text);
        event.getJsonObject("destination").put("name", text);
        event.getJsonObject("judgement").put("rule", text);
        return event;
    }

    @Test
    void aCardIsAsTheSchemaOfItsVersionSays() {
        for (JsonObject one : List.of(PayloadTest.denied(), PayloadTest.fleet())) {
            JsonObject made = cardOf(body(Format.TEAMS, one, Incident.Act.OPEN));
            assertEquals("1.4", made.getString("version"));
            assertEquals(List.of(), flaws(card, made), made::encodePrettily);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "*",
                "\u4e2d",
                "\u0001",
                "\n",
                "\\",
                "\"",
                "\ud83d\ude80",
                "<at>x</at>"
            })
    void aCardStaysBelowWhatTeamsTakesWhateverAJobPutsIntoIt(String part) {
        byte[] body = body(Format.TEAMS, hostile(part), Incident.Act.OPEN);
        assertTrue(body.length < TEAMS, () -> body.length + " bytes");
        assertEquals(List.of(), flaws(card, cardOf(body)));
    }

    @ParameterizedTest
    @EnumSource
    void anEventForThePagerIsAsItsDocumentationSays(Incident.Act act) {
        for (JsonObject one : List.of(PayloadTest.denied(), PayloadTest.fleet())) {
            JsonObject made = json(body(Format.PAGERDUTY, one, act));
            assertEquals(List.of(), flaws(event, made), made::encodePrettily);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "\u4e2d", "\u0001", "\"", "\ud83d\ude80"})
    void anEventStaysBelowWhatThePagerTakesWhateverAJobPutsIntoIt(String part) {
        byte[] body = body(Format.PAGERDUTY, hostile(part), Incident.Act.OPEN);
        assertTrue(body.length < PAGERDUTY, () -> body.length + " bytes");
        assertEquals(List.of(), flaws(event, json(body)));
    }

    @Test
    void theSchemasFindWhatIsWrong() {
        JsonObject made = cardOf(body(Format.TEAMS, PayloadTest.denied(), Incident.Act.OPEN));
        assertFalse(flaws(card, made.copy().put("nobody", 1)).isEmpty());
        JsonObject block = made.copy();
        block.getJsonArray("body").getJsonObject(0).put("weight", "Heavy");
        assertFalse(flaws(card, block).isEmpty());
        JsonObject alert = json(body(Format.PAGERDUTY, PayloadTest.denied(), Incident.Act.OPEN));
        assertFalse(flaws(event, alert.copy().put("event_action", "fire")).isEmpty());
        alert.getJsonObject("payload").remove("source");
        assertFalse(flaws(event, alert).isEmpty());
    }
}
