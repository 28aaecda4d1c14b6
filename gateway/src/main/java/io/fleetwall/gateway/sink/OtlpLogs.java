package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.condition.Keys;
import io.fleetwall.gateway.condition.Severity;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Events as OpenTelemetry log records, in the JSON encoding of OTLP: one resource a node,
 * attributes by the semantic conventions where there are some.
 */
final class OtlpLogs {
    /** From our keys to the conventions'. */
    private static final Map<String, String> NAMES = names();

    private OtlpLogs() {}

    private static Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("id", "log.record.uid");
        names.put("runner", "fleetwall.runner");
        names.put("job.organization", "vcs.owner.name");
        names.put("job.workflow", "cicd.pipeline.name");
        names.put("job.runId", "cicd.pipeline.run.id");
        names.put("job.job", "cicd.pipeline.task.name");
        names.put("job.attempt", "fleetwall.job.attempt");
        names.put("job.actor", "user.name");
        names.put("process.pid", "process.pid");
        names.put("process.uid", "process.user.id");
        names.put("process.name", "process.executable.name");
        names.put("process.executable", "process.executable.path");
        names.put("process.command", "process.command_line");
        names.put("process.container", "container.id");
        names.put("destination.port", "network.peer.port");
        names.put("destination.address", "network.peer.address");
        names.put("judgement.verdict", "fleetwall.verdict");
        names.put("judgement.reason", "fleetwall.reason");
        names.put("judgement.mode", "fleetwall.mode");
        names.put("judgement.policy", "fleetwall.policy");
        names.put("judgement.revision", "fleetwall.policy.revision");
        names.put("judgement.rule", "fleetwall.rule");
        names.put("judgement.file", "fleetwall.rule.file");
        names.put("judgement.line", "fleetwall.rule.line");
        names.put("count", "fleetwall.count");
        names.put("windowMillis", "fleetwall.window_ms");
        names.put("destination.nameFrom", "fleetwall.name_from");
        return Map.copyOf(names);
    }

    static JsonObject of(List<Due> events) {
        Map<String, JsonArray> byNode = new LinkedHashMap<>();
        for (Due due : events) {
            byNode.computeIfAbsent(due.event().getString("node", ""), node -> new JsonArray())
                    .add(logRecord(due));
        }
        JsonArray resources = new JsonArray();
        byNode.forEach((node, records) -> resources.add(resource(node, records)));
        return new JsonObject().put("resourceLogs", resources);
    }

    private static JsonObject resource(String node, JsonArray records) {
        JsonArray attributes = new JsonArray().add(attribute("service.name", "fleetwall"));
        if (!node.isEmpty()) {
            attributes.add(attribute("host.name", node));
        }
        JsonObject scope = new JsonObject().put("name", "io.fleetwall");
        return new JsonObject()
                .put("resource", new JsonObject().put("attributes", attributes))
                .put(
                        "scopeLogs",
                        new JsonArray()
                                .add(
                                        new JsonObject()
                                                .put("scope", scope)
                                                .put("logRecords", records)));
    }

    /** 64-bit numbers are texts in this encoding, as protobuf's JSON mapping says. */
    private static JsonObject logRecord(Due due) {
        Facts facts = new Facts(due.event());
        String nanos = facts.millis() + "000000";
        JsonArray attributes = new JsonArray();
        NAMES.entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .forEach(name -> add(attributes, name.getValue(), facts, name.getKey()));
        scope(attributes, facts);
        network(attributes, facts);
        list(attributes, "fleetwall.runner.labels", facts.event().getValue("labels"));
        return new JsonObject()
                .put("timeUnixNano", nanos)
                .put("observedTimeUnixNano", due.createdMillis() + "000000")
                .put("severityNumber", severity(facts.severity()))
                .put("severityText", facts.severity().text())
                .put("eventName", "fleetwall." + facts.text("kind"))
                .put("body", new JsonObject().put("stringValue", facts.text("message")))
                .put("attributes", attributes);
    }

    /** The conventions have a repository without its owner, and a branch or tag without refs/. */
    private static void scope(JsonArray attributes, Facts facts) {
        String repository = facts.text("job.repository");
        text(
                attributes,
                "vcs.repository.name",
                repository.substring(repository.lastIndexOf('/') + 1));
        String ref = facts.text("job.ref");
        boolean branch = ref.startsWith("refs/heads/");
        boolean tag = ref.startsWith("refs/tags/");
        text(attributes, "vcs.ref.head.type", branch ? "branch" : tag ? "tag" : "");
        text(
                attributes,
                "vcs.ref.head.name",
                branch || tag ? ref.substring(ref.indexOf('/', "refs/".length()) + 1) : ref);
    }

    /** A question has no transport that is known here, and a name that is no server's yet. */
    private static void network(JsonArray attributes, Facts facts) {
        String protocol = facts.text("destination.protocol");
        boolean question = protocol.equals("dns");
        text(attributes, question ? "network.protocol.name" : "network.transport", protocol);
        String name = facts.text("destination.name");
        text(attributes, question ? "dns.question.name" : "server.address", name);
        String address = facts.text("destination.address");
        if (!address.isEmpty()) {
            text(attributes, "network.type", address.contains(":") ? "ipv6" : "ipv4");
        }
        if (facts.event().getValue("destination") instanceof JsonObject to) {
            list(attributes, "fleetwall.cname_chain", to.getValue("chain"));
        }
    }

    private static void text(JsonArray attributes, String name, String text) {
        if (!text.isEmpty()) {
            attributes.add(attribute(name, text));
        }
    }

    private static void list(JsonArray attributes, String name, @Nullable Object texts) {
        if (texts instanceof JsonArray list && !list.isEmpty()) {
            JsonArray values = new JsonArray();
            list.forEach(one -> values.add(new JsonObject().put("stringValue", one.toString())));
            JsonObject value =
                    new JsonObject().put("arrayValue", new JsonObject().put("values", values));
            attributes.add(new JsonObject().put("key", name).put("value", value));
        }
    }

    private static void add(JsonArray attributes, String name, Facts facts, String path) {
        String text = facts.text(path);
        if (text.isEmpty()) {
            return;
        }
        boolean number = Keys.value(facts.event(), path) instanceof Number;
        attributes.add(
                number
                        ? new JsonObject()
                                .put("key", name)
                                .put("value", new JsonObject().put("intValue", text))
                        : attribute(name, text));
    }

    private static JsonObject attribute(String name, String text) {
        return new JsonObject()
                .put("key", name)
                .put("value", new JsonObject().put("stringValue", text));
    }

    /** The first number of each of the data model's ranges. */
    private static int severity(Severity severity) {
        return switch (severity) {
            case INFO -> 9;
            case LOW -> 10;
            case MEDIUM -> 13;
            case HIGH -> 17;
            case CRITICAL -> 21;
        };
    }
}
