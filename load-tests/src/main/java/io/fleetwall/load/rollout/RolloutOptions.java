package io.fleetwall.load.rollout;

import io.fleetwall.load.result.Output;
import io.fleetwall.load.result.Words;
import java.util.List;

/**
 * What to measure.
 *
 * @param nodes simulated ones
 * @param rounds revisions published and counted, after one that is not
 * @param real whole agents with kernel tables beside them
 */
record RolloutOptions(int nodes, int rounds, int real, Output output) {
    private static final String USAGE =
            "fleetwall bench rollout [--nodes 1..25000] [--rounds 1..100] [--real 0..16]"
                    + " [--quick] [--json]";

    static RolloutOptions parse(List<String> words) {
        RolloutOptions options = new RolloutOptions(10_000, 5, 4, Output.TEXT);
        Words rest = new Words(words, USAGE);
        while (!rest.isEmpty()) {
            options = options.with(rest.next(), rest);
        }
        return options;
    }

    private RolloutOptions with(String word, Words rest) {
        return switch (word) {
            case "--nodes" -> new RolloutOptions(rest.number(1, 25_000), rounds, real, output);
            case "--rounds" -> new RolloutOptions(nodes, rest.number(1, 100), real, output);
            case "--real" -> new RolloutOptions(nodes, rounds, rest.number(0, 16), output);
            case "--quick" -> new RolloutOptions(500, 2, 1, output);
            case "--json" -> new RolloutOptions(nodes, rounds, real, Output.JSON);
            default -> throw rest.misused();
        };
    }
}
