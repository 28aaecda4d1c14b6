package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.identity.Sha256;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
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

    /**
     * A job chooses its process's path, and PostgreSQL's indexes take 2,704 bytes: 600 characters
     * are at most 1,800.
     */
    private static final int LONGEST = 600;

    private IncidentKey() {}

    /** A key that is equal for all events of a kind of one job, and no other incident's. */
    static String crowd(JsonObject event) {
        Facts facts = new Facts(event);
        JsonArray parts = new JsonArray().add("crowd");
        SCOPE.forEach(key -> parts.add(facts.text(key)));
        return indexed(parts.encode());
    }

    /** A key that is equal for events of one incident. */
    static String of(JsonObject event) {
        Facts facts = new Facts(event);
        JsonArray parts = new JsonArray();
        KEYS.forEach(key -> parts.add(facts.text(key)));
        boolean own = facts.text("node").isEmpty() && !event.containsKey("job");
        // What a gateway says of the fleet has nothing else to tell one fact from another.
        String key = own ? parts.add(facts.text("message")).encode() : parts.encode();
        return indexed(key);
    }

    private static String indexed(String key) {
        return key.length() <= LONGEST
                ? key
                : HexFormat.of().formatHex(Sha256.of(key.getBytes(StandardCharsets.UTF_8)));
    }
}
