package io.fleetwall.gateway.sink;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;

/**
 * An event of the Open Cybersecurity Schema Framework 1.4: Network Activity (4001) for traffic, DNS
 * Activity (4003) for questions, the base event (0) for what concerns the fleet.
 */
final class OcsfEvent {
    private OcsfEvent() {}

    static JsonObject of(Due due) {
        Facts facts = new Facts(due.event());
        String kind = facts.text("kind");
        boolean dns = kind.startsWith("dns.");
        boolean traffic = kind.startsWith("flow.");
        JsonObject json =
                traffic
                        ? activity(new OcsfClass(4001, 4, facts.blocked() ? 5 : 1), facts)
                        : dns
                                ? activity(new OcsfClass(4003, 4, 1), facts)
                                : classified(new OcsfClass(0, 0, 99), facts);
        if (!traffic && !dns) {
            return json.put("activity_name", kind);
        }
        if (dns) {
            json.put("query", new JsonObject().put("hostname", facts.text("destination.name")));
        }
        return json.put("count", due.event().getLong("count", 1L));
    }

    /** Numbers of the schema: 4001 refuses with activity 5 and opens with 1. */
    private record OcsfClass(int uid, int category, int activity) {}

    private static JsonObject classified(OcsfClass type, Facts facts) {
        JsonObject product =
                new JsonObject().put("name", "Fleetwall").put("vendor_name", "Fleetwall");
        JsonObject metadata =
                new JsonObject()
                        .put("version", "1.4.0")
                        .put("uid", facts.text("id"))
                        .put("product", product);
        if (type.uid() != 0) {
            metadata.put("profiles", new JsonArray().add("security_control").add("host"));
        }
        return new JsonObject()
                .put("class_uid", type.uid())
                .put("category_uid", type.category())
                .put("activity_id", type.activity())
                .put("type_uid", type.uid() * 100L + type.activity())
                .put("time", Instant.parse(facts.text("at")).toEpochMilli())
                .put("severity_id", facts.severity().rank() + 1)
                .put("message", facts.text("message"))
                .put("metadata", metadata)
                .put("unmapped", new JsonObject().put("fleetwall", facts.event()));
    }

    private static JsonObject activity(OcsfClass type, Facts facts) {
        JsonObject json =
                classified(type, facts)
                        .put("action_id", facts.blocked() ? 2 : 1)
                        .put("disposition_id", facts.blocked() ? 2 : 1)
                        .put("status_id", facts.blocked() ? 2 : 1)
                        .put("src_endpoint", source(facts))
                        .put("dst_endpoint", destination(facts))
                        .put("device", device(facts))
                        .put("connection_info", connection(facts));
        if (!facts.text("process.pid").isEmpty()) {
            json.put("actor", new JsonObject().put("process", process(facts)));
        }
        if (!facts.text("judgement.reason").isEmpty()) {
            json.put("firewall_rule", rule(facts));
        }
        return json;
    }

    private static JsonObject source(Facts facts) {
        return new JsonObject().put("name", facts.runner()).put("hostname", facts.text("node"));
    }

    private static JsonObject device(Facts facts) {
        return new JsonObject().put("type_id", 1).put("hostname", facts.text("node"));
    }

    private static JsonObject destination(Facts facts) {
        JsonObject to = new JsonObject();
        put(to, "ip", facts.text("destination.address"));
        put(to, "hostname", facts.text("destination.name"));
        if (facts.number("destination.port") > 0) {
            to.put("port", facts.number("destination.port"));
        }
        return to;
    }

    private static JsonObject connection(Facts facts) {
        String address = facts.text("destination.address");
        JsonObject info = new JsonObject().put("direction_id", 2);
        put(info, "protocol_name", facts.text("destination.protocol"));
        if (!address.isEmpty()) {
            info.put("protocol_ver_id", address.contains(":") ? 6 : 4);
        }
        return info;
    }

    private static JsonObject process(Facts facts) {
        JsonObject process = new JsonObject().put("pid", facts.number("process.pid"));
        put(process, "name", facts.text("process.name"));
        put(process, "cmd_line", facts.text("process.command"));
        if (!facts.text("process.executable").isEmpty()) {
            String path = facts.text("process.executable");
            process.put(
                    "file",
                    new JsonObject()
                            .put("name", path.substring(path.lastIndexOf('/') + 1))
                            .put("path", path)
                            .put("type_id", 1));
        }
        return process;
    }

    private static JsonObject rule(Facts facts) {
        JsonObject rule = new JsonObject();
        put(rule, "name", facts.text("judgement.rule"));
        put(rule, "uid", facts.place());
        put(rule, "version", facts.text("judgement.revision"));
        put(rule, "category", facts.text("judgement.policy"));
        return rule.put("condition", facts.text("judgement.reason"));
    }

    private static void put(JsonObject json, String key, String value) {
        if (!value.isEmpty()) {
            json.put(key, value);
        }
    }
}
