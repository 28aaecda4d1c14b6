package io.fleetwall.gateway.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.cloudevents.SpecVersion;
import io.cloudevents.core.format.EventDeserializationException;
import io.cloudevents.core.format.EventFormat;
import io.cloudevents.core.provider.EventFormatProvider;
import io.cloudevents.jackson.JsonFormat;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our envelopes, read by the library of the CloudEvents project. */
final class CloudEventTest {
    private final EventFormat format =
            Objects.requireNonNull(
                    EventFormatProvider.getInstance().resolveFormat(JsonFormat.CONTENT_TYPE));

    static Iterable<JsonObject> events() {
        return OcsfTest.told();
    }

    private static JsonObject envelope(JsonObject event) {
        return CloudEvent.of(PayloadTest.due(event, Incident.Act.OPEN));
    }

    private io.cloudevents.CloudEvent read(JsonObject envelope) {
        return format.deserialize(envelope.encode().getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("events")
    void theLibraryReadsWhatWeSay(JsonObject event) {
        io.cloudevents.CloudEvent read = read(envelope(event));
        assertEquals(SpecVersion.V1, read.getSpecVersion());
        assertEquals(event.getString("id"), read.getId());
        assertEquals("io.fleetwall." + event.getString("kind"), read.getType());
        assertEquals(OffsetDateTime.parse(event.getString("at")), read.getTime());
        assertEquals("application/json", read.getDataContentType());
        assertEquals(URI.create("urn:fleetwall:schema:event:1"), read.getDataSchema());
        JsonObject data = new JsonObject(new String(data(read).toBytes(), StandardCharsets.UTF_8));
        assertEquals(event.getString("message"), data.getString("message"));
    }

    private static io.cloudevents.CloudEventData data(io.cloudevents.CloudEvent read) {
        return Objects.requireNonNull(read.getData());
    }

    @Test
    void aNodesNameIsOneSegmentOfTheSource() {
        JsonObject event = PayloadTest.denied().put("node", "a b/../c?d#e");
        assertEquals(
                "/fleetwall/nodes/a%20b%2F..%2Fc%3Fd%23e",
                read(envelope(event)).getSource().toString());
    }

    @Test
    void theLibraryRefusesWhatLacksSomething() {
        JsonObject envelope = envelope(PayloadTest.denied());
        assertNotNull(read(envelope));
        envelope.remove("type");
        assertThrows(EventDeserializationException.class, () -> read(envelope));
    }
}
