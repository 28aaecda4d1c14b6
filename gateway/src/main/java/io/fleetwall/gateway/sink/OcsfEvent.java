package io.fleetwall.gateway.sink;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Locale;

/**
 * An event of the Open Cybersecurity Schema Framework 1.4: Network Activity (4001) for traffic, DNS
 * Activity (4003) for questions, the base event (0) for what concerns the fleet.
 *
 * <p>What the schema has no attribute for stays whole in {@code unmapped}. A profile is named when
 * one of its attributes is used, as the schema asks.
 */
final class OcsfEvent {
    /** Types of observables that the schema numbers. */
    private static final int HOSTNAME = 1;

    private static final int ADDRESS = 2;
    private static final int PROCESS_NAME = 9;

    private final Facts facts;
    private final JsonArray profiles = new JsonArray();
    private final JsonArray observables = new JsonArray();

    private OcsfEvent(Facts facts) {
        this.facts = facts;
    }

    static JsonObject of(Due due) {
        return new OcsfEvent(new Facts(due.event())).json();
    }

    /** Numbers of the schema. */
    private record OcsfClass(int uid, int category, int activity) {}

    /**
     * What became of it: audit lets pass what it would deny, which is observed rather than allowed.
     */
    private enum Outcome {
        ALLOWED(1, 1, 1, 1),
        DENIED(5, 2, 2, 2),
        OBSERVED(6, 3, 15, 1);

        private final int activity;
        private final int action;
        private final int disposition;
        private final int status;

        Outcome(int activity, int action, int disposition, int status) {
            this.activity = activity;
            this.action = action;
            this.disposition = disposition;
            this.status = status;
        }
    }

    private Outcome outcome() {
        return switch (facts.text("judgement.verdict")) {
            case "denied" -> Outcome.DENIED;
            case "allowed" -> Outcome.ALLOWED;
            default -> Outcome.OBSERVED;
        };
    }

    private JsonObject json() {
        String kind = facts.text("kind");
        JsonObject json;
        if (kind.startsWith("flow.")) {
            json = classified(new OcsfClass(4001, 4, outcome().activity));
            traffic(json);
        } else if (kind.startsWith("dns.")) {
            json = classified(new OcsfClass(4003, 4, 1));
            question(json);
        } else {
            json = classified(new OcsfClass(0, 0, 99)).put("activity_name", kind);
        }
        host(json);
        if (!observables.isEmpty()) {
            json.put("observables", observables);
        }
        return json.put("metadata", metadata())
                .put("unmapped", new JsonObject().put("fleetwall", facts.event()));
    }

    private JsonObject classified(OcsfClass type) {
        long from = facts.millis();
        JsonObject json =
                new JsonObject()
                        .put("class_uid", type.uid())
                        .put("category_uid", type.category())
                        .put("activity_id", type.activity())
                        .put("type_uid", type.uid() * 100L + type.activity())
                        .put("time", from)
                        .put("severity_id", facts.severity().rank() + 1)
                        .put("message", facts.text("message"))
                        .put("count", Math.max(1, facts.number("count")));
        long window = facts.number("windowMillis");
        if (window > 0) {
            json.put("start_time", from).put("end_time", from + window).put("duration", window);
        }
        return json;
    }

    private void traffic(JsonObject json) {
        judged(json);
        JsonObject to = new JsonObject();
        put(to, "ip", facts.text("destination.address"));
        put(to, "hostname", facts.text("destination.name"));
        if (!to.isEmpty()) {
            if (facts.number("destination.port") > 0) {
                to.put("port", facts.number("destination.port"));
            }
            json.put("dst_endpoint", to);
        }
        observe("dst_endpoint.ip", ADDRESS, facts.text("destination.address"));
        observe("dst_endpoint.hostname", HOSTNAME, facts.text("destination.name"));
        json.put("connection_info", connection());
    }

    /** Who is asked is the node's own proxy; the name asked for is in the query. */
    private void question(JsonObject json) {
        judged(json);
        JsonObject proxy = new JsonObject().put("svc_name", "dns").put("port", 53);
        put(proxy, "hostname", facts.text("node"));
        json.put("dst_endpoint", proxy);
        String name = facts.text("destination.name");
        if (!name.isEmpty()) {
            json.put("query", new JsonObject().put("hostname", name));
            observe("query.hostname", HOSTNAME, name);
        }
    }

    private void judged(JsonObject json) {
        profiles.add("security_control");
        Outcome outcome = outcome();
        json.put("action_id", outcome.action)
                .put("disposition_id", outcome.disposition)
                .put("status_id", outcome.status)
                .put("is_alert", outcome != Outcome.ALLOWED);
        put(json, "status_code", facts.text("judgement.reason"));
        String revision = facts.text("judgement.revision");
        if (!facts.text("judgement.rule").isEmpty()) {
            JsonObject rule = new JsonObject().put("name", facts.text("judgement.rule"));
            put(rule, "uid", facts.place());
            put(rule, "version", revision);
            json.put("firewall_rule", rule);
        }
        if (!facts.text("judgement.policy").isEmpty()) {
            JsonObject policy =
                    new JsonObject()
                            .put("name", facts.text("judgement.policy"))
                            .put("is_applied", outcome != Outcome.OBSERVED);
            put(policy, "version", revision);
            json.put("policy", policy);
        }
        JsonObject from = new JsonObject();
        put(from, "name", facts.text("runner"));
        put(from, "hostname", facts.text("node"));
        if (!from.isEmpty()) {
            json.put("src_endpoint", from);
        }
    }

    private void host(JsonObject json) {
        JsonObject actor = OcsfActor.of(facts);
        String node = facts.text("node");
        if (!actor.isEmpty()) {
            json.put("actor", actor);
            observe("actor.process.name", PROCESS_NAME, facts.text("process.name"));
        }
        if (!node.isEmpty()) {
            json.put("device", new JsonObject().put("type_id", 1).put("hostname", node));
            observe("device.hostname", HOSTNAME, node);
        }
        if (!actor.isEmpty() || !node.isEmpty()) {
            profiles.add("host");
        }
        if (!facts.text("process.container").isEmpty()) {
            profiles.add("container");
        }
    }

    private JsonObject metadata() {
        JsonObject product =
                new JsonObject().put("name", "Fleetwall").put("vendor_name", "Fleetwall");
        JsonObject metadata =
                new JsonObject()
                        .put("version", "1.4.0")
                        .put("uid", facts.text("id"))
                        .put("product", product)
                        .put("log_name", "fleetwall")
                        .put("event_code", facts.text("kind"))
                        .put("original_time", facts.text("at"));
        if (!facts.text("received").isEmpty()) {
            metadata.put("logged_time", Instant.parse(facts.text("received")).toEpochMilli());
        }
        put(metadata, "correlation_uid", facts.text("job.runId"));
        put(metadata, "tenant_uid", facts.text("job.organization"));
        if (facts.event().getValue("labels") instanceof JsonArray labels && !labels.isEmpty()) {
            metadata.put("labels", labels);
        }
        return profiles.isEmpty() ? metadata : metadata.put("profiles", profiles);
    }

    private JsonObject connection() {
        String address = facts.text("destination.address");
        String protocol = facts.text("destination.protocol");
        JsonObject info = new JsonObject().put("direction_id", 2);
        put(info, "protocol_name", protocol);
        int number =
                switch (protocol.toLowerCase(Locale.ROOT)) {
                    case "icmp" -> 1;
                    case "tcp" -> 6;
                    case "udp" -> 17;
                    case "icmpv6" -> 58;
                    default -> protocol.matches("\\d{1,3}") ? Integer.parseInt(protocol) : -1;
                };
        if (number >= 0) {
            info.put("protocol_num", number);
        }
        if (!address.isEmpty()) {
            info.put("protocol_ver_id", address.contains(":") ? 6 : 4);
        }
        return info;
    }

    private void observe(String name, int type, String value) {
        if (!value.isEmpty()) {
            observables.add(
                    new JsonObject().put("name", name).put("type_id", type).put("value", value));
        }
    }

    static void put(JsonObject json, String key, String value) {
        if (!value.isEmpty()) {
            json.put(key, value);
        }
    }
}
