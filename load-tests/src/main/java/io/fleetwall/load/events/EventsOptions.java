package io.fleetwall.load.events;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What to measure.
 *
 * @param seconds of each measurement, after a warm-up
 */
record EventsOptions(int seconds, int runners, Part part, Output output) {
    private static final int USAGE = 2;
    private static final int QUICK_SECONDS = 5;

    /** How the result is written. */
    enum Output {
        TEXT,
        JSON
    }

    /** Which measurements. */
    enum Part {
        SPEED,
        INGEST,
        END_TO_END,
        LEDGER
    }

    static EventsOptions parse(List<String> words) {
        EventsOptions options = new EventsOptions(30, 100, Part.SPEED, Output.TEXT);
        Deque<String> rest = new ArrayDeque<>(words);
        while (!rest.isEmpty()) {
            options = options.with(rest.pop(), rest);
        }
        return options;
    }

    private EventsOptions with(String word, Deque<String> rest) {
        return switch (word) {
            case "--seconds" -> new EventsOptions(number(rest, 5, 600), runners, part, output);
            case "--runners" -> new EventsOptions(seconds, number(rest, 1, 200), part, output);
            case "--quick" -> new EventsOptions(QUICK_SECONDS, runners, part, output);
            case "--ingest" -> new EventsOptions(seconds, runners, Part.INGEST, output);
            case "--end-to-end" -> new EventsOptions(seconds, runners, Part.END_TO_END, output);
            case "--ledger" -> new EventsOptions(seconds, runners, Part.LEDGER, output);
            case "--json" -> new EventsOptions(seconds, runners, part, Output.JSON);
            default -> throw usage();
        };
    }

    /** What to type for the same again. */
    String command() {
        return switch (part) {
            case SPEED -> "bench events --seconds " + seconds + " --runners " + runners;
            case INGEST -> "bench events --ingest --seconds " + seconds;
            case END_TO_END ->
                    "bench events --end-to-end --seconds " + seconds + " --runners " + runners;
            case LEDGER -> "bench events --ledger --seconds " + seconds;
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
                "usage: fleetwall bench events [--seconds 5..600] [--runners 1..200] [--quick]"
                        + " [--ingest|--end-to-end|--ledger] [--json]");
        System.exit(USAGE);
        return new IllegalStateException();
    }
}
