package io.fleetwall.node.health;

import java.util.List;

/**
 * One number of the node with its meaning, as Prometheus reads it.
 *
 * @param name ends in {@code _total} when it only rises, in {@code _seconds} when it is a histogram
 */
public record Metric(String name, String help, List<Sample> samples) {
    /**
     * One value.
     *
     * @param suffix of the name: a histogram's {@code _bucket}, {@code _sum} or {@code _count}
     * @param labels as they are written, for example {@code reason="denied-by-default"}; may be
     *     empty
     */
    public record Sample(String suffix, String labels, double value) {
        /** A number that stands for itself. */
        public Sample(String labels, double value) {
            this("", labels, value);
        }
    }

    /** A number without labels. */
    public static Metric of(String name, String help, double value) {
        return new Metric(name, help, List.of(new Sample("", value)));
    }

    /** Appends the text exposition format (version 0.0.4). */
    public void write(StringBuilder text) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type()).append('\n');
        for (Sample sample : samples) {
            text.append(name).append(sample.suffix());
            if (!sample.labels().isEmpty()) {
                text.append('{').append(sample.labels()).append('}');
            }
            text.append(' ').append(number(sample.value())).append('\n');
        }
    }

    private String type() {
        if (name.endsWith("_seconds")) {
            return "histogram";
        }
        return name.endsWith("_total") ? "counter" : "gauge";
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
