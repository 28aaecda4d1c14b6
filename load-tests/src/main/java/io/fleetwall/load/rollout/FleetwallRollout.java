package io.fleetwall.load.rollout;

import io.fleetwall.laboratory.process.Await;
import io.fleetwall.load.result.Line;
import io.fleetwall.load.result.Section;
import io.fleetwall.load.result.Series;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Fleetwall's own gateway, its simulated nodes and a few real ones. */
final class FleetwallRollout {
    private static final double P99_MILLIS = 3000;
    private static final double MAX_MILLIS = 5000;
    private static final double CPU_MICROS = 150;
    private static final double HEAP_KILOBYTES = 32;
    private static final double STORM_SECONDS = 60;
    private static final Duration REAL_NODES = Duration.ofMinutes(1);

    private final RolloutOptions options;
    private final Path directory;
    private final Progress progress;
    private final List<Line> lines = new ArrayList<>();
    private final Series all = new Series("last of all at the gateway, real nodes too, ms");
    private int round;

    FleetwallRollout(RolloutOptions options, Path directory, Progress progress) {
        this.options = options;
        this.directory = directory;
        this.progress = progress;
    }

    /** What was measured. */
    record Result(Section section, Rounds rounds) {}

    /** Measures; {@code after} is run while the gateway's state is still there. */
    Result measure(GatewayUnderTest gateway) throws Exception {
        long before = gateway.publication(round++).getAsLong();
        progress.say("revision " + before + " is there before anybody comes");
        try (CrowdProcess crowd =
                CrowdProcess.start(
                        Simulator.class,
                        directory,
                        List.of(
                                gateway.state().toString(),
                                Integer.toString(GatewayUnderTest.LINK_PORT),
                                Integer.toString(options.nodes())))) {
            Rounds rounds = new Rounds(crowd, gateway.meter(), options.nodes());
            connect(gateway, rounds);
            rounds(gateway, rounds);
            progress.say("starting " + options.real() + " real nodes");
            try (RealNodes real = RealNodes.start(gateway, directory, options.real())) {
                withReal(gateway, crowd, real.count());
                silent(gateway, crowd);
            }
            List<Series> series = new ArrayList<>(rounds.series());
            series.add(all);
            return new Result(
                    new Section(
                            "Fleetwall",
                            options.nodes()
                                    + " simulated nodes with their own certificates, in their own"
                                    + " process; "
                                    + rounds.bodyBytes()
                                    + " bytes of policy each; medians of "
                                    + options.rounds()
                                    + " revisions, from the request that publishes",
                            lines,
                            series),
                    rounds);
        }
    }

    private void connect(GatewayUnderTest gateway, Rounds rounds) {
        long before = gateway.meter().heapBytes();
        progress.say("connecting " + options.nodes() + " nodes at once");
        Rounds.Storm storm = rounds.storm();
        lines.add(
                Line.of(
                                "all nodes connect at once, first policy in hand",
                                "%d in %.1f s, %d attempts",
                                storm.connected(),
                                storm.millis() / 1000,
                                storm.attempts())
                        .atMost(storm.millis() / 1000, STORM_SECONDS, "s"));
        lines.add(Line.of("gateway CPU, a node that connects", "%.0f us", storm.cpuMicros()));
        long heap = gateway.meter().heapBytes() - before;
        double kilobytes = heap / 1024.0 / options.nodes();
        lines.add(
                Line.of("gateway heap, a connected node", "%.1f KB", kilobytes)
                        .atMost(kilobytes, HEAP_KILOBYTES, "KB"));
        lines.add(Line.of("gateway resident then", "%d MB", gateway.meter().residentMegabytes()));
    }

    private void rounds(GatewayUnderTest gateway, Rounds rounds) {
        for (int i = 0; i <= options.rounds(); i++) {
            progress.say("revision " + round + " for everybody");
            JsonObject said = rounds.round(0, gateway.publication(round++));
            settled(gateway, said.getLong("revision"), options.nodes());
            if (i == 0) {
                rounds.forget();
            }
        }
        lines.add(Line.of("published to acknowledged, p50", "%.0f ms", rounds.p50.median()));
        lines.add(
                Line.of("p99", "%.0f ms", rounds.p99.median())
                        .atMost(rounds.p99.median(), P99_MILLIS, "ms"));
        lines.add(
                Line.of("last", "%.0f ms", rounds.max.median())
                        .atMost(rounds.max.median(), MAX_MILLIS, "ms"));
        lines.add(
                Line.of("gateway CPU, a node and revision", "%.0f us", rounds.cpu.median())
                        .atMost(rounds.cpu.median(), CPU_MICROS, "us"));
        lines.add(Line.of("bytes on the wire, a node", "%.0f", rounds.bytes.median()));
    }

    /**
     * The same with whole agents beside them. Their kernel's work is on the same two cores, and
     * nothing like it beside the peer's, so these are rounds of their own.
     */
    private void withReal(GatewayUnderTest gateway, CrowdProcess crowd, int real) {
        Rounds rounds = new Rounds(crowd, gateway.meter(), options.nodes());
        for (int i = 0; i <= options.rounds(); i++) {
            progress.say("revision " + round + " for everybody, with " + real + " real nodes");
            JsonObject said = rounds.round(0, gateway.publication(round++));
            double last = settled(gateway, said.getLong("revision"), options.nodes() + real);
            if (i == 0) {
                rounds.forget();
            } else {
                all.add(last);
            }
        }
        lines.add(
                Line.of(
                                "with %d real nodes: last, as the gateway counts".formatted(real),
                                "%.0f ms",
                                all.median())
                        .atMost(all.median(), MAX_MILLIS, "ms"));
        lines.add(
                Line.of("last of the simulated ones then", "%.0f ms", rounds.max.median())
                        .atMost(rounds.max.median(), MAX_MILLIS, "ms"));
    }

    /** When the gateway had the last acknowledgement, in milliseconds since it published. */
    private static double settled(GatewayUnderTest gateway, long revision, int runners) {
        Await.orFail(
                "all acknowledgements of revision " + revision,
                REAL_NODES,
                () -> gateway.rollout(revision).getInteger("applied") >= runners);
        return gateway.rollout(revision).getDouble("lastMillis");
    }

    /** One node in a hundred is dead or does not read: the others must not notice. */
    private void silent(GatewayUnderTest gateway, CrowdProcess crowd) {
        int silent = Math.max(2, options.nodes() / 100);
        progress.say("a revision while " + silent + " nodes are dead or stalled");
        crowd.ask("silence " + silent);
        JsonObject said =
                new Rounds(crowd, gateway.meter(), options.nodes())
                        .round(silent, gateway.publication(round++));
        lines.add(
                Line.of(
                                "the other 99 % while 1 % are dead or stalled: p99",
                                "%.0f ms", said.getDouble("p99"))
                        .atMost(said.getDouble("p99"), P99_MILLIS, "ms"));
        lines.add(
                Line.of("last of them", "%.0f ms", said.getDouble("max"))
                        .atMost(said.getDouble("max"), MAX_MILLIS, "ms"));
    }
}
