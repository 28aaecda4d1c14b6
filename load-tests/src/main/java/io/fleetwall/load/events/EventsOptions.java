package io.fleetwall.load.events;

import io.fleetwall.load.result.Output;
import io.fleetwall.load.result.Words;
import java.util.List;

/**
 * What to measure.
 *
 * @param seconds of each measurement, after a warm-up
 */
record EventsOptions(int seconds, int runners, Part part, Output output) {
    private static final String USAGE =
            "fleetwall bench events [--seconds 5..600] [--runners 1..200] [--quick]"
                    + " [--ingest|--end-to-end|--ledger] [--json]";
    private static final int QUICK_SECONDS = 5;

    /** Which measurements. */
    enum Part {
        SPEED,
        INGEST,
        END_TO_END,
        LEDGER
    }

    static EventsOptions parse(List<String> words) {
        EventsOptions options = new EventsOptions(30, 100, Part.SPEED, Output.TEXT);
        Words rest = new Words(words, USAGE);
        while (!rest.isEmpty()) {
            options = options.with(rest.next(), rest);
        }
        return options;
    }

    private EventsOptions with(String word, Words rest) {
        return switch (word) {
            case "--seconds" -> new EventsOptions(rest.number(5, 600), runners, part, output);
            case "--runners" -> new EventsOptions(seconds, rest.number(1, 200), part, output);
            case "--quick" -> new EventsOptions(QUICK_SECONDS, runners, part, output);
            case "--ingest" -> new EventsOptions(seconds, runners, Part.INGEST, output);
            case "--end-to-end" -> new EventsOptions(seconds, runners, Part.END_TO_END, output);
            case "--ledger" -> new EventsOptions(seconds, runners, Part.LEDGER, output);
            case "--json" -> new EventsOptions(seconds, runners, part, Output.JSON);
            default -> throw rest.misused();
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
}
