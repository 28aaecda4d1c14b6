package io.fleetwall.load.result;

import java.util.Locale;
import java.util.Optional;

/**
 * One line of a result: a figure, and the target it has to meet, if there is one.
 *
 * @param figure as it is read, with its unit
 */
public record Line(String what, String figure, Optional<Target> target) {
    /** A figure without a target. */
    @SuppressWarnings("AnnotateFormatMethod") // one call is not worth that annotation's library
    public static Line of(String what, String format, Object... values) {
        return new Line(what, String.format(Locale.ROOT, format, values), Optional.empty());
    }

    public Line atMost(double value, double limit, String unit) {
        return new Line(what, figure, Optional.of(new Target(value, limit, unit, value <= limit)));
    }

    public Line atLeast(double value, double limit, String unit) {
        return new Line(what, figure, Optional.of(new Target(value, limit, unit, value >= limit)));
    }

    /** What the figure is held against. */
    public record Target(double value, double limit, String unit, boolean met) {
        @Override
        public String toString() {
            String relation = met == (value <= limit) ? "<=" : ">=";
            return String.format(
                    Locale.ROOT,
                    "%.2f %s %.2f %s  %s",
                    value,
                    relation,
                    limit,
                    unit,
                    met ? "pass" : "FAIL");
        }
    }
}
