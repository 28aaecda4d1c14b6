package io.fleetwall.gateway.api;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The API's OpenAPI document; open to anybody, because it says nothing about this fleet. */
final class DocumentRoutes {
    private final Answer document = Answer.ok(read());

    void mount(Router router, Endpoints endpoints) {
        endpoints.serve(router, Operation.DOCUMENT, request -> document);
    }

    /** The document as it is in the jar. */
    static JsonObject read() {
        try (InputStream in = DocumentRoutes.class.getResourceAsStream("/openapi.json")) {
            byte[] bytes = Objects.requireNonNull(in, "openapi.json is in the jar").readAllBytes();
            return new JsonObject(new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
