package io.fleetwall.load.rollout;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What to measure.
 *
 * @param nodes simulated ones
 * @param rounds revisions published and counted, after one that is not
 * @param real whole agents with kernel tables beside them
 */
record RolloutOptions(int nodes, int rounds, int real, Output output) {
    private static final int USAGE = 2;

    /** How the result is written. */
    enum Output {
        TEXT,
        JSON
    }

    static RolloutOptions parse(List<String> words) {
        RolloutOptions options = new RolloutOptions(10_000, 5, 4, Output.TEXT);
        Deque<String> rest = new ArrayDeque<>(words);
        while (!rest.isEmpty()) {
            options = options.with(rest.pop(), rest);
        }
        return options;
    }

    private RolloutOptions with(String word, Deque<String> rest) {
        return switch (word) {
            case "--nodes" -> new RolloutOptions(number(rest, 1, 25_000), rounds, real, output);
            case "--rounds" -> new RolloutOptions(nodes, number(rest, 1, 100), real, output);
            case "--real" -> new RolloutOptions(nodes, rounds, number(rest, 0, 16), output);
            case "--quick" -> new RolloutOptions(500, 2, 1, output);
            case "--json" -> new RolloutOptions(nodes, rounds, real, Output.JSON);
            default -> throw usage();
        };
    }

    private static int number(Deque<String> rest, int least, int most) {
        try {
            int number = Integer.parseInt(rest.isEmpty() ? "" : rest.pop());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notOne) {
            throw usage();
        }
        throw usage();
    }

    private static IllegalStateException usage() {
        System.err.println(
                "usage: fleetwall bench rollout [--nodes 1..25000] [--rounds 1..100] [--real 0..16]"
                        + " [--quick] [--json]");
        System.exit(USAGE);
        return new IllegalStateException();
    }
}
