package io.fleetwall.cli.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.gateway.GatewayClient;
import io.fleetwall.cli.text.Digests;
import io.fleetwall.cli.text.Json;

/** A new revision on its way to the runners. */
final class Rollout {
    /** The gateway answers a wait after 30 s at the latest. */
    private static final long LONGEST_WAIT = 30_000;

    private final Surroundings surroundings;
    private final GatewayClient gateway;
    private final RolloutOptions options;

    Rollout(Surroundings surroundings, GatewayClient gateway, RolloutOptions options) {
        this.surroundings = surroundings;
        this.gateway = gateway;
        this.options = options;
    }

    /** Says what was published, waits for the runners, and answers the exit code. */
    int follow(JsonNode published) {
        String revision = published.path("revision").asText();
        if (published.has("proposal")) {
            say(
                    "proposal %s waits until somebody else approves it; revision %s stays"
                            .formatted(published.path("proposal").asText(), revision));
            return finish(published, Json.object());
        }
        boolean changed = published.path("changed").asBoolean(true);
        say(
                (changed
                                ? "revision %s published, digest %s"
                                : "revision %s is this already, digest %s")
                        .formatted(revision, Digests.brief(published.path("digest"))));
        if (options.waitMillis() == 0) {
            return finish(published, Json.object());
        }
        JsonNode rollout = await(revision);
        say(applied(rollout) + count(rollout, "pending") + count(rollout, "refused"));
        return finish(published, rollout);
    }

    private JsonNode await(String revision) {
        long deadline = System.nanoTime() + options.waitMillis() * 1_000_000;
        while (true) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            long wait = Math.clamp(left, 1, LONGEST_WAIT);
            JsonNode rollout =
                    gateway.get("rollouts/" + revision + "?wait=applied&timeoutMillis=" + wait);
            if (rollout.path("pending").asLong() == 0 || left <= LONGEST_WAIT) {
                return rollout;
            }
        }
    }

    private int finish(JsonNode published, JsonNode rollout) {
        if (options.json()) {
            ObjectNode result = Json.object();
            result.set("published", published);
            result.set("rollout", rollout);
            surroundings.out().println(Json.pretty(result));
        }
        boolean complete =
                rollout.path("pending").asLong() == 0 && rollout.path("refused").asLong() == 0;
        return complete ? ExitCode.OK : ExitCode.FAILED;
    }

    private void say(String text) {
        if (!options.json()) {
            surroundings.out().println(text);
        }
    }

    private static String applied(JsonNode rollout) {
        long runners = rollout.path("runners").asLong();
        if (runners == 0) {
            return "no runner is connected";
        }
        String time = rollout.path("lastMillis").asText("-");
        return "applied %s/%s in %s ms".formatted(rollout.path("applied").asText(), runners, time);
    }

    private static String count(JsonNode rollout, String what) {
        long number = rollout.path(what).asLong();
        return number == 0 ? "" : ", " + number + " " + what;
    }
}
