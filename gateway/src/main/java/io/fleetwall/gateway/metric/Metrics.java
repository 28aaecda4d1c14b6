package io.fleetwall.gateway.metric;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** Counters and gauges in the text form of Prometheus (version 0.0.4). Safe for every thread. */
public final class Metrics {
    private static final String REFUSED = "fleetwall_gateway_refused_total";
    private final Map<Refusal, LongAdder> refused = new EnumMap<>(Refusal.class);
    private final List<Supplier<List<Gauge>>> gauges = new CopyOnWriteArrayList<>();

    /**
     * Values that are looked up when somebody asks.
     *
     * @param name with its prefix
     * @param samples none is announced all the same
     */
    public record Gauge(String name, String help, List<Sample> samples) {
        public Gauge {
            samples = List.copyOf(samples);
        }
    }

    /**
     * A value.
     *
     * @param target the sink it is about, as its label; empty when it is about the gateway
     */
    public record Sample(String target, long value) {
        private String label() {
            return target.isEmpty()
                    ? ""
                    : "{target=\""
                            + target.replace("\\", "\\\\")
                                    .replace("\"", "\\\"")
                                    .replace("\n", "\\n")
                            + "\"}";
        }
    }

    /** Counters at zero. */
    public Metrics() {
        for (Refusal refusal : Refusal.values()) {
            refused.put(refusal, new LongAdder());
        }
    }

    /** Somebody was turned away. */
    public void count(Refusal refusal) {
        adder(refusal).increment();
    }

    /** How often that has happened. */
    public long refused(Refusal refusal) {
        return adder(refusal).sum();
    }

    /** Shows what this answers at each scrape. */
    public void show(Supplier<List<Gauge>> source) {
        gauges.add(source);
    }

    private LongAdder adder(Refusal refusal) {
        return refused.computeIfAbsent(refusal, each -> new LongAdder());
    }

    /** Everything, for a scrape. Blocks as the gauges do. */
    public String text() {
        StringBuilder text = new StringBuilder();
        head(text, REFUSED, "Who was turned away, by reason.", "counter");
        refused.forEach((refusal, count) ->
                text.append(REFUSED)
                        .append("{reason=\"")
                        .append(refusal.label())
                        .append("\"} ")
                        .append(count.sum())
                        .append('\n'));
        for (Supplier<List<Gauge>> source : gauges) {
            for (Gauge gauge : source.get()) {
                head(text, gauge.name(), gauge.help(), "gauge");
                for (Sample sample : gauge.samples()) {
                    text.append(gauge.name()).append(sample.label()).append(' ');
                    text.append(sample.value()).append('\n');
                }
            }
        }
        return text.toString();
    }

    private static void head(StringBuilder text, String name, String help, String type) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }
}
