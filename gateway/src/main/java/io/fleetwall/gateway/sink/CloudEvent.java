package io.fleetwall.gateway.sink;

import io.vertx.core.json.JsonObject;

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
                        .put("source", node.isEmpty() ? "/fleetwall" : "/fleetwall/nodes/" + node)
                        .put("type", "io.fleetwall." + facts.text("kind"))
                        .put("time", facts.text("at"))
                        .put("datacontenttype", "application/json")
                        .put("dataschema", "urn:fleetwall:schema:event:1");
        if (!facts.runner().isEmpty()) {
            json.put("subject", facts.runner());
        }
        return json.put("data", due.event().copy().put("occurrences", due.occurrences()));
    }
}
