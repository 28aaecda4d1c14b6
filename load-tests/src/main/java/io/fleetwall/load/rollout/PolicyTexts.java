package io.fleetwall.load.rollout;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * A policy a team, each with its own rules; the whole content changes with each round, so that
 * every node has to be sent a body.
 */
final class PolicyTexts {
    static final int TEAMS = 50;

    private static final int HOSTS = 110;
    private static final int NETWORKS = 20;

    private PolicyTexts() {}

    static String team(int node) {
        return "team-" + node % TEAMS;
    }

    /** The request body that publishes one round. */
    static JsonObject proposal(int round) {
        JsonArray files = new JsonArray();
        for (int team = 0; team < TEAMS; team++) {
            files.add(
                    new JsonObject()
                            .put("path", team(team) + ".yaml")
                            .put("text", text(team, round)));
        }
        return new JsonObject().put("message", "round " + round).put("files", files);
    }

    private static String text(int team, int round) {
        StringBuilder text =
                new StringBuilder()
                        .append(
                                "apiVersion: fleetwall.io/v1\nkind: EgressPolicy\nmetadata: { name: ")
                        .append(team(team))
                        .append(" }\nspec:\n  match: { runnerLabels: [")
                        .append(team(team))
                        .append("] }\n  allow:\n");
        for (int host = 0; host < HOSTS; host++) {
            text.append("    - host: h").append(host).append("-r").append(round).append('.');
            text.append(team(team)).append(".example\n");
        }
        for (int network = 0; network < NETWORKS; network++) {
            text.append("    - { cidr: 10.").append(team).append('.').append(network);
            text.append(".0/24, ports: [443/tcp] }\n");
        }
        return text.toString();
    }
}
