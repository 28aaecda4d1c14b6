package io.fleetwall.gateway.sink;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;

/** An event as a document of the Elastic Common Schema. */
final class EcsDocument {
    private EcsDocument() {}

    static JsonObject of(Due due) {
        Facts facts = new Facts(due.event());
        JsonObject document =
                new JsonObject()
                        .put("@timestamp", facts.text("at"))
                        .put("ecs", new JsonObject().put("version", "8.17.0"))
                        .put("message", facts.text("message"))
                        .put("event", event(facts))
                        .put(
                                "observer",
                                new JsonObject()
                                        .put("vendor", "Fleetwall")
                                        .put("product", "Fleetwall")
                                        .put("type", "firewall"));
        whole(document, "host", one("hostname", facts.text("node")));
        whole(document, "organization", one("name", facts.text("job.organization")));
        whole(document, "user", one("name", facts.text("job.actor")));
        whole(document, "container", one("id", facts.text("process.container")));
        whole(document, "destination", destination(facts));
        whole(document, "network", network(facts));
        whole(document, "rule", rule(facts));
        whole(document, "process", process(facts));
        JsonArray labels = due.event().getJsonArray("labels", new JsonArray());
        if (!labels.isEmpty()) {
            document.put("tags", labels);
        }
        return document.put("fleetwall", due.event());
    }

    private static JsonObject event(Facts facts) {
        String kind = facts.text("kind");
        boolean network = kind.startsWith("flow.") || kind.startsWith("dns.");
        JsonArray types = new JsonArray();
        if (network) {
            types.add(kind.startsWith("dns.") ? "protocol" : "connection");
            types.add(facts.blocked() ? "denied" : "allowed");
        } else {
            types.add("info");
        }
        JsonObject event =
                new JsonObject()
                        .put("id", facts.text("id"))
                        .put("kind", network && facts.blocked() ? "alert" : "event")
                        .put("category", new JsonArray().add(network ? "network" : "configuration"))
                        .put("type", types)
                        .put("action", kind)
                        .put("provider", "fleetwall")
                        .put("dataset", "fleetwall.events")
                        .put("severity", facts.severity().rank());
        put(event, "reason", facts.text("judgement.reason"));
        put(event, "created", facts.text("received"));
        if (network) {
            event.put("outcome", facts.blocked() ? "failure" : "success");
        }
        long window = facts.number("windowMillis");
        if (window > 0) {
            event.put("start", facts.text("at"))
                    .put("end", Instant.ofEpochMilli(facts.millis() + window).toString())
                    .put("duration", window * 1_000_000);
        }
        return event;
    }

    private static JsonObject destination(Facts facts) {
        JsonObject to = new JsonObject();
        String address = facts.text("destination.address");
        String name = facts.text("destination.name");
        put(to, "address", name.isEmpty() ? address : name);
        put(to, "ip", address);
        put(to, "domain", name);
        if (facts.number("destination.port") > 0) {
            to.put("port", facts.number("destination.port"));
        }
        return to;
    }

    private static JsonObject network(Facts facts) {
        JsonObject network = new JsonObject();
        String protocol = facts.text("destination.protocol");
        String address = facts.text("destination.address");
        put(network, protocol.equals("dns") ? "protocol" : "transport", protocol);
        if (!address.isEmpty()) {
            network.put("type", address.contains(":") ? "ipv6" : "ipv4");
        }
        return network.isEmpty() ? network : network.put("direction", "egress");
    }

    private static JsonObject rule(Facts facts) {
        JsonObject rule = new JsonObject();
        put(rule, "name", facts.text("judgement.rule"));
        put(rule, "ruleset", facts.text("judgement.policy"));
        put(rule, "reference", facts.place());
        put(rule, "version", facts.text("judgement.revision"));
        return rule;
    }

    private static JsonObject process(Facts facts) {
        JsonObject process = new JsonObject();
        if (facts.number("process.pid") > 0) {
            process.put("pid", facts.number("process.pid"));
        }
        put(process, "name", facts.text("process.name"));
        put(process, "executable", facts.text("process.executable"));
        put(process, "command_line", facts.text("process.command"));
        return process;
    }

    private static void put(JsonObject json, String key, String value) {
        if (!value.isEmpty()) {
            json.put(key, value);
        }
    }

    private static JsonObject one(String key, String value) {
        JsonObject json = new JsonObject();
        put(json, key, value);
        return json;
    }

    private static void whole(JsonObject document, String key, JsonObject part) {
        if (!part.isEmpty()) {
            document.put(key, part);
        }
    }
}
