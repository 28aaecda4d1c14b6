package io.fleetwall.gateway;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds answers against an OpenAPI document, strictly: a status, content type or member that the
 * document does not have is a flaw.
 */
final class AnswersInOpenApi {
    private static final JsonSchemaFactory DRAFT =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private final JsonObject document;
    private final Map<String, JsonObject> operations = new TreeMap<>();

    /** An answer as it came. */
    record Got(int status, String type, Set<String> headers, String body) {}

    AnswersInOpenApi(JsonObject document) {
        this.document = closed(document);
        JsonObject paths = this.document.getJsonObject("paths");
        for (String path : paths.fieldNames()) {
            JsonObject methods = paths.getJsonObject(path);
            for (String method : methods.fieldNames()) {
                JsonObject operation = methods.getJsonObject(method);
                operations.put(
                        operation.getString("operationId"),
                        operation
                                .copy()
                                .put("method", method.toUpperCase(Locale.ROOT))
                                .put("path", path));
            }
        }
    }

    /** By name. */
    Set<String> operations() {
        return operations.keySet();
    }

    /** {@code METHOD PATH} with parameters in braces. */
    String line(String operation) {
        JsonObject found = operations.getOrDefault(operation, new JsonObject());
        return found.getString("method") + " " + found.getString("path");
    }

    /** What of an answer is not as the document says; empty when all is. */
    String flaws(String operation, Got answer) {
        JsonObject described =
                resolved(
                        operations
                                .getOrDefault(operation, new JsonObject())
                                .getJsonObject("responses")
                                .getJsonObject(Integer.toString(answer.status())));
        if (described == null) {
            return "status " + answer.status() + " is not described";
        }
        String type = answer.type();
        JsonObject content = described.getJsonObject("content", new JsonObject());
        if (content.isEmpty()) {
            return type.isEmpty() && answer.body().isEmpty() ? "" : "a body is not described";
        }
        if (!content.containsKey(type)) {
            return "content type " + type + " is not described";
        }
        String missing = missingHeaders(described, answer);
        return missing.isEmpty() && type.endsWith("json")
                ? bodyFlaws(content.getJsonObject(type).getJsonObject("schema"), answer.body())
                : missing;
    }

    private static String missingHeaders(JsonObject described, Got answer) {
        StringBuilder missing = new StringBuilder();
        for (String header : described.getJsonObject("headers", new JsonObject()).fieldNames()) {
            if (!answer.headers().contains(header.toLowerCase(Locale.ROOT))) {
                missing.append("no header ").append(header).append("; ");
            }
        }
        return missing.toString();
    }

    private String bodyFlaws(JsonObject schema, String body) {
        JsonObject whole = schema.copy().put("components", document.getJsonObject("components"));
        var config = SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
        var flaws = DRAFT.getSchema(whole.encode(), config).validate(body, InputFormat.JSON);
        return flaws.isEmpty() ? "" : flaws + " in " + body;
    }

    private @Nullable JsonObject resolved(@Nullable JsonObject described) {
        if (described == null || !described.containsKey("$ref")) {
            return described;
        }
        JsonObject found = document;
        for (String step : described.getString("$ref").substring(2).split("/", -1)) {
            found = found.getJsonObject(step);
        }
        return found;
    }

    /** Programs skip members they do not know; this test does not. */
    private static JsonObject closed(JsonObject schema) {
        JsonObject closed = new JsonObject();
        for (String key : schema.fieldNames()) {
            Object value = schema.getValue(key);
            closed.put(
                    key,
                    switch (value) {
                        case JsonObject object when !key.equals("allOf") -> closed(object);
                        case JsonArray array when !key.equals("allOf") -> array(array);
                        default -> value;
                    });
        }
        boolean open = "object".equals(schema.getValue("type")) && schema.containsKey("properties");
        return open && !schema.containsKey("additionalProperties")
                ? closed.put("additionalProperties", false)
                : closed;
    }

    private static JsonArray array(JsonArray array) {
        JsonArray closed = new JsonArray();
        array.forEach(one -> closed.add(one instanceof JsonObject object ? closed(object) : one));
        return closed;
    }
}
