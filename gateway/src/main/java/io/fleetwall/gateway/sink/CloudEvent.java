package io.fleetwall.gateway.sink;

import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** An event in the CloudEvents 1.0 envelope, JSON format. */
final class CloudEvent {
    private CloudEvent() {}

    static JsonObject of(Due due) {
        Facts facts = new Facts(due.event());
        String node = facts.text("node");
        JsonObject json =
                new JsonObject()
                        .put("specversion", "1.0")
                        .put("id", due.id())
                        .put("source", source(node))
                        .put("type", "io.fleetwall." + facts.text("kind"))
                        .put("time", facts.text("at"))
                        .put("datacontenttype", "application/json")
                        .put("dataschema", "urn:fleetwall:schema:event:1");
        if (!facts.runner().isEmpty()) {
            json.put("subject", facts.runner());
        }
        return json.put("data", due.event().copy().put("occurrences", due.occurrences()));
    }

    /** A reference by RFC 3986, whatever a node is called. */
    private static String source(String node) {
        return node.isEmpty()
                ? "/fleetwall"
                : "/fleetwall/nodes/"
                        + URLEncoder.encode(node, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
