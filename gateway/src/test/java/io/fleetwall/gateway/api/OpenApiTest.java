package io.fleetwall.gateway.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The document says what the table of operations says, and is OpenAPI. */
final class OpenApiTest {
    private static final JsonSchemaFactory DRAFT =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private static final JsonObject DOCUMENT = DocumentRoutes.read();

    private record Described(String method, String path, JsonObject operation) {
        String line() {
            return method + " " + path + " " + operation.getJsonArray("security").encode();
        }
    }

    private static List<Described> described() {
        List<Described> all = new ArrayList<>();
        JsonObject paths = DOCUMENT.getJsonObject("paths");
        for (String path : paths.fieldNames()) {
            JsonObject methods = paths.getJsonObject(path);
            for (String method : methods.fieldNames()) {
                all.add(
                        new Described(
                                method.toUpperCase(java.util.Locale.ROOT),
                                path,
                                methods.getJsonObject(method)));
            }
        }
        return all;
    }

    private static String line(Operation operation) {
        JsonArray security = new JsonArray();
        operation
                .role()
                .ifPresent(role ->
                        security.add(
                                new JsonObject()
                                        .put(
                                                "bearer",
                                                new JsonArray()
                                                        .add("role:" + role)
                                                        .add(
                                                                "area:"
                                                                        + operation
                                                                                .area()
                                                                                .orElseThrow()))));
        return operation.method() + " " + operation.path() + " " + security.encode();
    }

    @Test
    void everyOperationIsDescribedWithItsRoleAndAreaAndNothingElseIs() {
        Set<String> served = new TreeSet<>();
        for (Operation operation : Operation.values()) {
            served.add(line(operation));
        }
        Set<String> said =
                described().stream()
                        .map(Described::line)
                        .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(String.join("\n", served), String.join("\n", said));
    }

    @Test
    void theDocumentIsOpenApi31() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        OpenApiTest.class.getResourceAsStream("/openapi-3.1.schema.json"))) {
            JsonSchema openApi = DRAFT.getSchema(in);
            assertEquals(Set.of(), flaws(openApi, DOCUMENT));
            assertFalse(flaws(openApi, DOCUMENT.copy().put("pathes", "")).isEmpty());
        }
    }

    @Test
    void everySchemaIsASchema() {
        JsonSchema meta =
                DRAFT.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
        JsonObject schemas = DOCUMENT.getJsonObject("components").getJsonObject("schemas");
        for (String name : schemas.fieldNames()) {
            assertEquals(Set.of(), flaws(meta, schemas.getJsonObject(name)), name);
        }
    }

    @Test
    void everyReferenceLeadsSomewhereAndEveryComponentIsUsed() {
        Set<String> used = new TreeSet<>();
        var matcher = Pattern.compile("\"#/components/([^\"]+)\"").matcher(DOCUMENT.encode());
        while (matcher.find()) {
            used.add(matcher.group(1));
        }
        Set<String> there = new TreeSet<>();
        JsonObject components = DOCUMENT.getJsonObject("components");
        for (String kind : components.fieldNames()) {
            if (!kind.equals("securitySchemes")) {
                components.getJsonObject(kind).fieldNames().forEach(n -> there.add(kind + "/" + n));
            }
        }
        assertEquals(there, used);
    }

    @Test
    void namesOfOperationsAreUniqueAndPathParametersAreDescribed() {
        Set<String> names = new TreeSet<>();
        for (Described one : described()) {
            assertTrue(names.add(one.operation().getString("operationId")), one::line);
            var inPath = Pattern.compile("\\{(\\w+)}").matcher(one.path());
            while (inPath.find()) {
                String parameters = one.operation().getJsonArray("parameters").encode();
                assertTrue(parameters.contains("\"name\":\"" + inPath.group(1) + "\""), one::line);
            }
        }
    }

    private static Set<ValidationMessage> flaws(JsonSchema schema, JsonObject value) {
        return schema.validate(value.encode(), InputFormat.JSON);
    }
}
