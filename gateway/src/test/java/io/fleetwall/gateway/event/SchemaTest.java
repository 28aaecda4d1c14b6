package io.fleetwall.gateway.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.protocol.event.Destination;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.Judgement;
import io.fleetwall.protocol.event.Naming;
import io.fleetwall.protocol.event.ProcessIdentity;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The published schema knows everything events are made of. */
final class SchemaTest {
    private static JsonObject schema() throws IOException {
        return new JsonObject(
                Files.readString(Path.of("..", "docs", "events", "event.schema.json")));
    }

    private static JsonObject whole() {
        return EventJson.of(
                new Event(
                        UUID.fromString("019a9c3e-7c00-7abc-8def-0123456789ab"),
                        Instant.parse("2026-11-22T10:00:00Z"),
                        "node",
                        "runner",
                        EventKind.FLOW_DENIED,
                        Optional.of(new Job("o", "o/r", "w", "j", "ref", "1", 1, "a")),
                        Optional.of(
                                new Destination(
                                        "192.0.2.1",
                                        443,
                                        "tcp",
                                        "name",
                                        new Naming(Naming.Source.DNS_ANSWER, List.of("alias")))),
                        Optional.of(
                                new Judgement("denied-by-rule", Mode.ENFORCE, 1, "p", "r", "f", 1)),
                        Optional.of(
                                new ProcessIdentity(
                                        1,
                                        2,
                                        "n",
                                        "/e",
                                        "c",
                                        List.of(new ProcessIdentity.Parent(1, "p")),
                                        "/g",
                                        "0".repeat(64))),
                        1,
                        "message",
                        Duration.ofSeconds(5),
                        List.of("label")));
    }

    @Test
    void everyKeyOfAWholeEventIsInTheSchemaWithItsType() throws IOException {
        assertTrue(whole().size() >= 13, () -> whole().encodePrettily());
        compare("", whole(), schema());
    }

    private static void compare(String path, Object value, JsonObject schema) {
        switch (value) {
            case JsonObject object -> {
                for (String key : object.fieldNames()) {
                    JsonObject properties = schema.getJsonObject("properties");
                    assertTrue(properties.containsKey(key), path + "." + key);
                    compare(path + "." + key, object.getValue(key), properties.getJsonObject(key));
                }
                for (Object key : schema.getJsonArray("required", new JsonArray())) {
                    assertTrue(object.containsKey(key.toString()), path + " lacks " + key);
                }
            }
            case JsonArray array ->
                    array.forEach(one -> compare(path + "[]", one, schema.getJsonObject("items")));
            case Number number -> assertEquals("integer", schema.getString("type"), path);
            default ->
                    assertTrue(
                            "string".equals(schema.getString("type"))
                                    || schema.getJsonArray("enum").contains(value),
                            path);
        }
    }

    @Test
    void theSourcesOfNamesAreThoseOfTheSchema() throws IOException {
        Set<String> listed = new TreeSet<>();
        schema().getJsonObject("properties")
                .getJsonObject("destination")
                .getJsonObject("properties")
                .getJsonObject("nameFrom")
                .getJsonArray("enum")
                .forEach(source -> listed.add(source.toString()));
        Set<String> known = new TreeSet<>();
        for (Naming.Source source : Naming.Source.values()) {
            known.add(source.text());
        }
        known.remove("");
        assertEquals(known, listed);
    }

    @Test
    void everyKindIsInTheSchema() throws IOException {
        Set<String> kinds = new TreeSet<>(Set.of("webhook.test"));
        for (EventKind kind : EventKind.values()) {
            kinds.add(kind.text());
        }
        Set<String> listed = new TreeSet<>();
        schema().getJsonObject("properties")
                .getJsonObject("kind")
                .getJsonArray("enum")
                .forEach(kind -> listed.add(kind.toString()));
        assertEquals(kinds, listed);
    }
}
