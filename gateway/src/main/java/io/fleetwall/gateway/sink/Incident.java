package io.fleetwall.gateway.sink;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What makes two events one incident: the same kind, runner, job, destination and rule. */
final class Incident {
    private Incident() {}

    /** A key that is equal for events of one incident. */
    static String of(JsonObject event) {
        JsonObject job = event.getJsonObject("job", new JsonObject());
        JsonObject to = event.getJsonObject("destination", new JsonObject());
        JsonObject judged = event.getJsonObject("judgement", new JsonObject());
        JsonArray parts =
                new JsonArray()
                        .add(event.getString("kind"))
                        .add(event.getString("node", ""))
                        .add(event.getString("runner", ""))
                        .add(job.getString("repository", ""))
                        .add(job.getString("runId", ""))
                        .add(job.getString("job", ""))
                        .add(job.getInteger("attempt", 0))
                        .add(to.getString("name", ""))
                        .add(to.getString("address", ""))
                        .add(to.getInteger("port", 0))
                        .add(to.getString("protocol", ""))
                        .add(judged.getString("reason", ""))
                        .add(judged.getString("policy", ""))
                        .add(judged.getString("rule", ""));
        boolean own = event.getString("node", "").isEmpty() && !event.containsKey("job");
        // What a gateway says of the fleet has nothing else to tell one fact from another.
        return own ? parts.add(event.getString("message", "")).encode() : parts.encode();
    }
}
