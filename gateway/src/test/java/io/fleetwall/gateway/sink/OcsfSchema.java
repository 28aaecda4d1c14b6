package io.fleetwall.gateway.sink;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The published attributes of OCSF, and what of an event is not as they say. */
final class OcsfSchema {
    private static final Path TABLE = Path.of("src/test/resources/ocsf-attributes.tsv");
    private static final Map<Integer, String> CLASSES =
            Map.of(0, "base_event", 4001, "network_activity", 4003, "dns_activity");

    private record Attribute(
            String type, boolean array, String requirement, String profile, Set<String> allowed) {}

    private record Constraint(String kind, Set<String> names) {}

    private final Map<String, Map<String, Attribute>> owners = new HashMap<>();
    private final Map<String, Constraint> constraints = new HashMap<>();

    OcsfSchema() throws IOException {
        for (String line : Files.readAllLines(TABLE)) {
            if (line.startsWith("#")) {
                continue;
            }
            String[] cells = line.split("\t", -1);
            Set<String> values = cells[6].equals("-") ? Set.of() : Set.of(cells[6].split(",", -1));
            if (cells[1].startsWith("(")) {
                constraints.put(cells[0], new Constraint(cells[1], values));
            } else {
                owners.computeIfAbsent(cells[0], owner -> new TreeMap<>())
                        .put(
                                cells[1],
                                new Attribute(
                                        cells[2],
                                        cells[3].equals("array"),
                                        cells[4],
                                        cells[5],
                                        values));
            }
        }
    }

    /** What is wrong with an event; nothing when it is as the schema says. */
    List<String> flaws(JsonObject event) {
        List<String> flaws = new ArrayList<>();
        String owner = CLASSES.get(event.getInteger("class_uid", -1));
        if (owner == null) {
            return List.of("class_uid: unknown");
        }
        long type = event.getLong("class_uid") * 100 + event.getLong("activity_id", 0L);
        if (event.getLong("type_uid", -1L) != type) {
            flaws.add("type_uid: is not class_uid * 100 + activity_id");
        }
        JsonObject metadata = event.getJsonObject("metadata", new JsonObject());
        Set<String> profiles = new HashSet<>(Set.of("-"));
        if (metadata.getValue("profiles") instanceof JsonArray named) {
            named.forEach(profile -> profiles.add(profile.toString()));
        }
        object("", owner, event, new Walk(profiles, flaws));
        return flaws;
    }

    /** Attributes the schema recommends that an event lacks, each with its owner. */
    Set<String> recommendedButAbsent(String owner, JsonObject json, Set<String> profiles) {
        Set<String> absent = new TreeSet<>();
        attributes(owner)
                .forEach((name, attribute) -> {
                    boolean meant = profiles.contains(attribute.profile());
                    if (meant && attribute.requirement().equals("recommended")) {
                        if (!json.containsKey(name)) {
                            absent.add(name);
                        }
                    }
                });
        return absent;
    }

    private record Walk(Set<String> profiles, List<String> flaws) {
        void flaw(String path, String what) {
            flaws.add(path + ": " + what);
        }
    }

    private Map<String, Attribute> attributes(String owner) {
        return owners.getOrDefault(owner, Map.of());
    }

    private void object(String path, String owner, JsonObject json, Walk walk) {
        Map<String, Attribute> known = attributes(owner);
        if (known.isEmpty()) {
            walk.flaw(path, owner + " is not in the table");
            return;
        }
        known.forEach((name, attribute) -> {
            boolean meant = walk.profiles().contains(attribute.profile());
            if (attribute.requirement().equals("required") && meant && !json.containsKey(name)) {
                walk.flaw(path + name, "is required");
            }
        });
        for (String name : json.fieldNames()) {
            Attribute attribute = known.get(name);
            if (attribute == null) {
                walk.flaw(path + name, "is no attribute of " + owner);
            } else if (!walk.profiles().contains(attribute.profile())) {
                walk.flaw(path + name, "is of the profile " + attribute.profile());
            } else {
                values(path + name, attribute, json.getValue(name), walk);
            }
        }
        Constraint constraint = constraints.get(owner);
        if (constraint != null) {
            long found = constraint.names().stream().filter(json::containsKey).count();
            if (found == 0 || (constraint.kind().equals("(just_one)") && found > 1)) {
                walk.flaw(path, constraint.kind() + " of " + constraint.names());
            }
        }
    }

    private void values(String path, Attribute attribute, Object value, Walk walk) {
        if (attribute.array() != value instanceof JsonArray) {
            walk.flaw(path, attribute.array() ? "is a list" : "is no list");
        } else if (value instanceof JsonArray list) {
            list.forEach(one -> value(path, attribute, one, walk));
        } else {
            value(path, attribute, value, walk);
        }
    }

    private void value(String path, Attribute attribute, Object value, Walk walk) {
        boolean right =
                switch (attribute.type()) {
                    case "integer_t" -> value instanceof Integer;
                    case "long_t", "timestamp_t" -> value instanceof Number && isWhole(value);
                    case "port_t" -> value instanceof Integer port && port >= 0 && port <= 65_535;
                    case "boolean_t" -> value instanceof Boolean;
                    case "float_t" -> value instanceof Number;
                    case "ip_t" ->
                            value instanceof String text && text.matches("[0-9A-Fa-f.:]{2,40}");
                    case "object" -> value instanceof JsonObject;
                    case "json_t" -> true;
                    default ->
                            attribute.type().endsWith("_t")
                                    ? value instanceof String text && !text.isEmpty()
                                    : value instanceof JsonObject;
                };
        if (!right) {
            walk.flaw(path, "is no " + attribute.type());
        } else if (!attribute.allowed().isEmpty()
                && !attribute.allowed().contains(value.toString())) {
            walk.flaw(path, "may not be " + value);
        } else if (value instanceof JsonObject json && !attribute.type().equals("object")) {
            object(path + ".", attribute.type(), json, walk);
        }
    }

    private static boolean isWhole(Object value) {
        return value instanceof Integer || value instanceof Long;
    }
}
