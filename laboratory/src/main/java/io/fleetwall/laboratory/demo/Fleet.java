package io.fleetwall.laboratory.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetwall.laboratory.process.Await;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Fleetwall as it runs.
 *
 * @param tool the operator's command line
 */
record Fleet(GatewayProcess gateway, NodeProcess node, Tool tool) {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** Waits until the gateway says such a thing of a runner; the milliseconds it took. */
    double await(String what, String runner, Predicate<JsonNode> such) {
        long start = System.nanoTime();
        boolean came =
                Await.until(
                        PATIENCE,
                        () -> {
                            node.mustLive();
                            return gateway.api().runner(runner).filter(such).isPresent();
                        });
        if (!came) {
            throw new IllegalStateException(
                    what
                            + " did not happen within "
                            + PATIENCE
                            + "; the gateway says: "
                            + gateway.api().runner(runner)
                            + "\ngateway log:\n"
                            + gateway.tail()
                            + "\nrunner node log:\n"
                            + node.tail());
        }
        return (System.nanoTime() - start) / 1e6;
    }

    /** Whether what a runner has is what it should have. */
    static boolean inForce(JsonNode runner) {
        return runner.path("state").asText().equals("in-force");
    }

    /** Whether a runner has a revision. */
    static Predicate<JsonNode> applied(long revision) {
        return runner ->
                inForce(runner) && runner.path("applied").path("revision").asLong() == revision;
    }
}
