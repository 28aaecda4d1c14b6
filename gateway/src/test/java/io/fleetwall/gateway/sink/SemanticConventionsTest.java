package io.fleetwall.gateway.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.AttributeType;
import io.opentelemetry.semconv.incubating.CicdIncubatingAttributes;
import io.opentelemetry.semconv.incubating.ContainerIncubatingAttributes;
import io.opentelemetry.semconv.incubating.DnsIncubatingAttributes;
import io.opentelemetry.semconv.incubating.HostIncubatingAttributes;
import io.opentelemetry.semconv.incubating.LogIncubatingAttributes;
import io.opentelemetry.semconv.incubating.NetworkIncubatingAttributes;
import io.opentelemetry.semconv.incubating.ProcessIncubatingAttributes;
import io.opentelemetry.semconv.incubating.ServerIncubatingAttributes;
import io.opentelemetry.semconv.incubating.ServiceIncubatingAttributes;
import io.opentelemetry.semconv.incubating.UserIncubatingAttributes;
import io.opentelemetry.semconv.incubating.VcsIncubatingAttributes;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attributes of log records, held against the semantic conventions as OpenTelemetry ships them. */
final class SemanticConventionsTest {
    private static final List<Class<?>> GROUPS =
            List.of(
                    CicdIncubatingAttributes.class,
                    ContainerIncubatingAttributes.class,
                    DnsIncubatingAttributes.class,
                    HostIncubatingAttributes.class,
                    LogIncubatingAttributes.class,
                    NetworkIncubatingAttributes.class,
                    ProcessIncubatingAttributes.class,
                    ServerIncubatingAttributes.class,
                    ServiceIncubatingAttributes.class,
                    UserIncubatingAttributes.class,
                    VcsIncubatingAttributes.class);

    /** Names that are not deprecated, with their types. */
    private static Map<String, AttributeType> published() throws IllegalAccessException {
        Map<String, AttributeType> published = new HashMap<>();
        for (Class<?> group : GROUPS) {
            for (Field field : group.getFields()) {
                boolean deprecated = field.isAnnotationPresent(Deprecated.class);
                // Stable ones are deprecated here only because another artifact has them, too.
                boolean moved = STABLE.contains(group);
                if ((!deprecated || moved) && field.get(null) instanceof AttributeKey<?> key) {
                    published.put(key.getKey(), key.getType());
                }
            }
        }
        return published;
    }

    private static final List<Class<?>> STABLE =
            List.of(
                    NetworkIncubatingAttributes.class,
                    ServerIncubatingAttributes.class,
                    ServiceIncubatingAttributes.class);

    static List<JsonObject> events() {
        return OcsfTest.told();
    }

    private static JsonObject resource(JsonObject event) {
        return OtlpLogs.of(List.of(PayloadTest.due(event, Incident.Act.OPEN)))
                .getJsonArray("resourceLogs")
                .getJsonObject(0);
    }

    private static JsonArray attributes(JsonObject event) {
        return resource(event)
                .getJsonArray("scopeLogs")
                .getJsonObject(0)
                .getJsonArray("logRecords")
                .getJsonObject(0)
                .getJsonArray("attributes");
    }

    private static Map<String, JsonObject> named(JsonArray attributes) {
        Map<String, JsonObject> named = new HashMap<>();
        for (Object each : attributes) {
            JsonObject attribute = (JsonObject) each;
            named.put(attribute.getString("key"), attribute.getJsonObject("value"));
        }
        return named;
    }

    @ParameterizedTest
    @MethodSource("events")
    void everyAttributeIsOfTheConventionsWithItsTypeOrOfOurOwnNamespace(JsonObject event)
            throws IllegalAccessException {
        Map<String, AttributeType> published = published();
        Map<String, JsonObject> all = named(attributes(event));
        all.putAll(named(resource(event).getJsonObject("resource").getJsonArray("attributes")));
        all.forEach((name, value) -> {
            if (!name.startsWith("fleetwall.")) {
                AttributeType type =
                        Objects.requireNonNull(published.get(name), name + " is no convention");
                String key =
                        switch (type) {
                            case LONG -> "intValue";
                            case STRING -> "stringValue";
                            case STRING_ARRAY -> "arrayValue";
                            default -> throw new AssertionError(name + " is a " + type);
                        };
                assertTrue(value.containsKey(key), () -> name + " is " + value.encode());
            }
        });
    }

    private static String text(JsonObject event, String name) {
        JsonObject value = named(attributes(event)).get(name);
        return value == null ? "" : value.getString("stringValue");
    }

    @Test
    void aRepositoryHasNoOwnerAndABranchNoPrefix() {
        JsonObject event = PayloadTest.denied();
        assertEquals("api-service", text(event, "vcs.repository.name"));
        assertEquals("acme", text(event, "vcs.owner.name"));
        assertEquals("main", text(event, "vcs.ref.head.name"));
        assertEquals("branch", text(event, "vcs.ref.head.type"));
        event.getJsonObject("job").put("ref", "refs/tags/v1/x");
        assertEquals("v1/x", text(event, "vcs.ref.head.name"));
        assertEquals("tag", text(event, "vcs.ref.head.type"));
        event.getJsonObject("job").put("ref", "refs/pull/7/merge");
        assertEquals("refs/pull/7/merge", text(event, "vcs.ref.head.name"));
        assertEquals("", text(event, "vcs.ref.head.type"));
    }

    @Test
    void aQuestionIsOfTheProtocolDnsAndHasNoServer() {
        JsonObject event = PayloadTest.denied().put("kind", "dns.denied");
        event.getJsonObject("destination").put("protocol", "dns").remove("address");
        assertEquals("dns", text(event, "network.protocol.name"));
        assertEquals("evil.example.net", text(event, "dns.question.name"));
        assertEquals("", text(event, "server.address"));
        assertEquals("", text(event, "network.transport"));
        assertEquals("tcp", text(PayloadTest.denied(), "network.transport"));
        assertEquals("evil.example.net", text(PayloadTest.denied(), "server.address"));
    }
}
