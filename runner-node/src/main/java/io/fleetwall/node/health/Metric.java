package io.fleetwall.node.health;

import java.util.List;

/**
 * One number of the node with its meaning, as Prometheus reads it.
 *
 * @param name ends in {@code _total} when it only rises
 */
public record Metric(String name, String help, List<Sample> samples) {
    /**
     * One value.
     *
     * @param labels as they are written, for example {@code reason="denied-by-default"}; may be
     *     empty
     */
    public record Sample(String labels, double value) {}

    /** A number without labels. */
    public static Metric of(String name, String help, double value) {
        return new Metric(name, help, List.of(new Sample("", value)));
    }

    /** Appends the text exposition format (version 0.0.4). */
    void write(StringBuilder text) {
        String type = name.endsWith("_total") ? "counter" : "gauge";
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        for (Sample sample : samples) {
            text.append(name);
            if (!sample.labels().isEmpty()) {
                text.append('{').append(sample.labels()).append('}');
            }
            text.append(' ').append(number(sample.value())).append('\n');
        }
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
