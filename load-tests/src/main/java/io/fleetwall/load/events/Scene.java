package io.fleetwall.load.events;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What a gateway is told where packets are denied: a policy, and two targets that hear of them. */
final class Scene {
    /** Path of the target that gets every event, in batches. */
    static final String EVENTS = "/events";

    /** Path of the target that gets an alert for each incident. */
    static final String ALERTS = "/alerts";

    private Scene() {}

    /** Lines of the gateway's configuration. */
    static String settings(int port) {
        return """
        link: {names: [127.0.0.1, %1$s]}
        webhooks:
          allowPrivateTargets: [127.0.0.0/8]
          incidentsPerJob: 1000000
          targets:
          - {name: events, type: generic, url: "http://127.0.0.1:%2$d%3$s", kinds: [flow.denied], deliver: event, batch: 200}
          - {name: alerts, type: generic, url: "http://127.0.0.1:%2$d%4$s", kinds: [flow.denied]}
        """
                .formatted(JobNetwork.GATEWAY, port, EVENTS, ALERTS);
    }

    /** A policy under which nothing that the jobs here send may pass. */
    static JsonObject denyAll() {
        String text =
                """
                apiVersion: fleetwall.io/v1
                kind: EgressPolicy
                metadata: { name: nothing }
                spec:
                  match: { runnerLabels: [linux] }
                  allow:
                    - host: allowed.example
                """;
        JsonObject file = new JsonObject().put("path", "nothing.yaml").put("text", text);
        return new JsonObject()
                .put("message", "nothing is allowed")
                .put("files", new JsonArray().add(file));
    }
}
