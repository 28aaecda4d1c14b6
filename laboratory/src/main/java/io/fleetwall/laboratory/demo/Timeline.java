package io.fleetwall.laboratory.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The demo as it is told: acts, and in each what was expected and seen. */
final class Timeline {
    /** Whether the next act waits for the Enter key. */
    enum Pace {
        STEADY,
        STEP_BY_STEP
    }

    /**
     * One act.
     *
     * @param atMillis when it began
     */
    record Act(String title, long atMillis, List<Expectation> expectations) {}

    private static final int TEXT_WIDTH = 62;
    private final PrintStream out;
    private final Pace pace;
    private final long startNanos = System.nanoTime();
    private final List<Act> acts = new ArrayList<>();

    Timeline(PrintStream out, Pace pace) {
        this.out = out;
        this.pace = pace;
    }

    void act(String title) {
        if (pace == Pace.STEP_BY_STEP && !acts.isEmpty()) {
            awaitEnter();
        }
        acts.add(new Act(title, elapsedMillis(), new ArrayList<>()));
        out.println();
        out.printf(Locale.ROOT, "%5.1f s  %s%n", elapsedMillis() / 1_000.0, title);
    }

    void note(String text) {
        out.println("         " + text);
    }

    void expect(Expectation expectation) {
        acts.getLast().expectations().add(expectation);
        String millis =
                expectation.millis() == null
                        ? ""
                        : String.format(Locale.ROOT, "%8.1f ms", expectation.millis());
        String line =
                "       %s %s %-11s %s"
                        .formatted(
                                expectation.met() ? "✓" : "✗",
                                padded(expectation.text()),
                                millis,
                                expectation.detail());
        out.println(line.stripTrailing());
        if (!expectation.met() && expectation.limitMillis() != null) {
            note("  (at most %.0f ms)".formatted(expectation.limitMillis()));
        }
    }

    private static String padded(String text) {
        return text + " ".repeat(Math.max(0, TEXT_WIDTH - text.length()));
    }

    private void awaitEnter() {
        out.print("         [Enter]");
        out.flush();
        try {
            // Not closed: standard input stays open for the next act.
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        } catch (IOException e) {
            out.println(" (no terminal: " + e.getMessage() + ")");
        }
    }

    long elapsedMillis() {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }

    List<Act> acts() {
        return acts;
    }

    long count(boolean met) {
        return acts.stream()
                .flatMap(act -> act.expectations().stream())
                .filter(expectation -> expectation.met() == met)
                .count();
    }

    void close() {
        out.println();
        out.printf(
                Locale.ROOT,
                "%5.1f s  %d expectations met, %d failed%n",
                elapsedMillis() / 1_000.0,
                count(true),
                count(false));
    }
}
