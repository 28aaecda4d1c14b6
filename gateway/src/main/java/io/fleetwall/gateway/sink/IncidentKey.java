package io.fleetwall.gateway.sink;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** What makes two events one incident: the same kind, scope, process, destination and reason. */
final class IncidentKey {
    private static final List<String> KEYS =
            List.of(
                    "kind",
                    "node",
                    "runner",
                    "job.repository",
                    "job.workflow",
                    "job.runId",
                    "job.job",
                    "job.attempt",
                    "process.executable",
                    "process.container",
                    "destination.name",
                    "destination.address",
                    "destination.port",
                    "destination.protocol",
                    "judgement.reason",
                    "judgement.policy",
                    "judgement.rule");

    /** Of those, what says whose it is. */
    private static final List<String> SCOPE = KEYS.subList(0, KEYS.indexOf("process.executable"));

    private IncidentKey() {}

    /** A key that is equal for all events of a kind of one job, and no other incident's. */
    static String crowd(JsonObject event) {
        Facts facts = new Facts(event);
        JsonArray parts = new JsonArray().add("crowd");
        SCOPE.forEach(key -> parts.add(facts.text(key)));
        return parts.encode();
    }

    /** A key that is equal for events of one incident. */
    static String of(JsonObject event) {
        Facts facts = new Facts(event);
        JsonArray parts = new JsonArray();
        KEYS.forEach(key -> parts.add(facts.text(key)));
        boolean own = facts.text("node").isEmpty() && !event.containsKey("job");
        // What a gateway says of the fleet has nothing else to tell one fact from another.
        return own ? parts.add(facts.text("message")).encode() : parts.encode();
    }
}
