package io.fleetwall.load.dns;

import io.fleetwall.load.dns.Load.Outcome;
import io.fleetwall.load.result.Line;
import io.fleetwall.load.result.Section;
import io.fleetwall.load.result.Series;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Interleaved rounds: each asks every server in every way, in turn, and in each round the load and
 * the servers change cores.
 *
 * <p>Ratios are medians of the rounds' ratios: what else the machine does is alike within a round,
 * and not between rounds.
 */
final class Rounds {
    private static final int RATE = 20_000;
    private static final long TRAINING_HITS = 600_000;
    private static final long TRAINING_MISSES = 60_000;
    private static final double NANOS_PER_MICRO = 1e3;

    /** A way of asking, and what is compared. */
    enum Way {
        BATCHES("CPU-µs per cached query, batching client"),
        DNSPERF("CPU-µs per cached query, dnsperf"),
        PACED("p99 at 20,000 q/s, µs"),
        MISSES("CPU-µs per forwarded query");

        private final String figure;

        Way(String figure) {
            this.figure = figure;
        }

        /** How many times each peer's figure it may be. */
        private Map<String, Double> limits() {
            return switch (this) {
                case BATCHES -> Map.of("dnsdist", 1.00, "unbound", 0.90);
                case DNSPERF -> Map.of("dnsdist", 1.05, "unbound", 1.05);
                case PACED -> Map.of("unbound", 1.5);
                case MISSES -> Map.of("dnsdist", 0.90, "unbound", 0.40);
            };
        }
    }

    private final Field field;
    private final Path zipf;
    private final Stub stub;
    private final List<Contestant> servers;
    private final Plan plan;
    private final Map<String, Map<Way, Series>> figures = new HashMap<>();
    private final Map<String, Map<Way, long[]>> sums = new HashMap<>();
    private final List<Stub.Seen> seen = new ArrayList<>();
    private int number;

    /**
     * What is measured, and for how long.
     *
     * @param warmUp rounds that do not count
     */
    record Plan(Set<Way> ways, int rounds, double seconds, int warmUp) {
        /** Only this way of asking. */
        Plan only(Way way) {
            return new Plan(Set.of(way), rounds, seconds, warmUp);
        }
    }

    Rounds(Field field, Path zipf, Stub stub, List<Contestant> servers, Plan plan) {
        this.field = field;
        this.zipf = zipf;
        this.stub = stub;
        this.servers = servers;
        this.plan = plan;
        forget();
    }

    private void forget() {
        seen.clear();
        for (Contestant server : servers) {
            Map<Way, Series> series = new EnumMap<>(Way.class);
            Map<Way, long[]> sum = new EnumMap<>(Way.class);
            for (Way way : Way.values()) {
                series.put(way, new Series(server.name() + ": " + way.figure));
                sum.put(way, new long[3]);
            }
            figures.put(server.name(), series);
            sums.put(server.name(), sum);
        }
    }

    /** Fills caches and lets compilers work; none of it counts. */
    void warmUp(Path all) throws IOException {
        for (Contestant server : servers) {
            Outcome filled = new Load(field, zipf, 0, 60).fill(server, all);
            if (filled.answered() < 2 * Questions.NAMES * 99L / 100) {
                throw new IllegalStateException(
                        server.name()
                                + " answers too little: "
                                + filled
                                + "\n"
                                + server.child().tail());
            }
        }
        for (Contestant server : servers) {
            train(server);
        }
        for (int i = 0; i < plan.warmUp(); i++) {
            run();
        }
        forget();
    }

    /**
     * By questions and not by time: a compiler counts calls, however busy the machine is. At most a
     * minute.
     */
    private void train(Contestant server) {
        Load load = new Load(field, zipf, 0, 2);
        long hits = 0;
        long misses = 0;
        for (int i = 0; i < 15 && (hits < TRAINING_HITS || misses < TRAINING_MISSES); i++) {
            hits += hits < TRAINING_HITS ? load.batches(server).answered() : 0;
            misses += misses < TRAINING_MISSES ? load.misses(server, "w" + i).answered() : 0;
        }
    }

    /** One round. */
    void run() throws IOException {
        int core = number % 2;
        stub.pin(core);
        Load load = new Load(field, zipf, core, plan.seconds());
        for (Contestant server : servers) {
            server.pin(1 - core);
        }
        for (int i = 0; i < servers.size(); i++) {
            Contestant server = servers.get((i + number) % servers.size());
            for (Way way : plan.ways()) {
                measure(server, way, load);
            }
        }
        number++;
    }

    private void measure(Contestant server, Way way, Load load) throws IOException {
        if (way == Way.MISSES) {
            stub.seen();
        }
        long before = server.cpuNanos();
        Outcome outcome =
                switch (way) {
                    case BATCHES -> load.batches(server);
                    case DNSPERF -> load.dnsperf(server);
                    case PACED -> load.paced(server, RATE);
                    case MISSES ->
                            load.misses(server, "r" + number + "x" + System.nanoTime() % 997);
                };
        double micros =
                (server.cpuNanos() - before) / NANOS_PER_MICRO / Math.max(1, outcome.answered());
        series(server.name(), way).add(way == Way.PACED ? outcome.p99() : micros);
        long[] sum = sum(server.name(), way);
        sum[0] += outcome.asked();
        sum[1] += outcome.lost();
        sum[2] += outcome.wrong();
        System.err.printf(
                "  round %d  %-10s %-42s %8.2f   %d answered, %d lost, %d wrong%n",
                number,
                server.name(),
                way.figure,
                series(server.name(), way).samples().getLast(),
                outcome.answered(),
                outcome.lost(),
                outcome.wrong());
        if (way == Way.MISSES && server.equals(servers.getFirst())) {
            seen.add(stub.seen());
        }
    }

    private Series series(String server, Way way) {
        return figures.getOrDefault(server, Map.of()).getOrDefault(way, new Series("none"));
    }

    private long[] sum(String server, Way way) {
        return sums.getOrDefault(server, Map.of()).getOrDefault(way, new long[3]);
    }

    /** What each way of asking has brought. */
    List<Section> sections() {
        return plan.ways().stream().map(this::section).toList();
    }

    /** What a way of asking has brought, against the limits of each peer. */
    private Section section(Way way) {
        List<Line> lines = new ArrayList<>();
        List<Series> all = new ArrayList<>();
        String us = servers.getFirst().name();
        for (Contestant server : servers) {
            Series series = series(server.name(), way);
            all.add(series);
            long[] sum = sum(server.name(), way);
            lines.add(
                    Line.of(
                            server.name(),
                            "%.2f (%d of %d lost)",
                            series.median(),
                            sum[1],
                            sum[0]));
        }
        new TreeMap<>(way.limits())
                .forEach((peer, limit) -> {
                    Series ratio = ratio(series(us, way), series(peer, way));
                    all.add(ratio);
                    lines.add(
                            Line.of(us + " / " + peer, "%.2f x", ratio.median())
                                    .atMost(ratio.median(), limit, "x"));
                });
        long[] ours = sum(us, way);
        lines.add(Line.of("wrong answers", "%d", ours[2]).atMost((double) ours[2], 0, ""));
        if (way == Way.MISSES) {
            double lost = 100.0 * ours[1] / Math.max(1, ours[0]);
            lines.add(Line.of("lost", "%.4f %%", lost).atMost(lost, 0.01, "%"));
            lines.addAll(randomness());
        }
        return new Section(
                way.figure,
                "medians of " + series(us, way).samples().size() + " rounds",
                lines,
                all);
    }

    /** Ids as many as random ones would be, and many ports. */
    private List<Line> randomness() {
        double ids = seen.stream().mapToDouble(s -> s.ids() / s.expectedIds()).min().orElse(0);
        double ports = seen.stream().mapToDouble(Stub.Seen::ports).min().orElse(0);
        return List.of(
                Line.of("distinct ids, of what random ones would be", "%.2f", ids)
                        .atLeast(ids, 0.95, ""),
                Line.of("source ports used in a window", "%.0f", ports).atLeast(ports, 32, ""));
    }

    private static Series ratio(Series ours, Series theirs) {
        Series ratio = new Series(ours.name() + " / " + theirs.name());
        for (int i = 0; i < ours.samples().size(); i++) {
            ratio.add(ours.samples().get(i) / theirs.samples().get(i));
        }
        return ratio;
    }
}
