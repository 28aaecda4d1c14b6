package io.fleetwall.load.events;

import io.fleetwall.load.gateway.LaunchedGateway;
import io.fleetwall.load.result.Line;
import io.fleetwall.load.result.Section;
import io.fleetwall.load.result.Series;
import io.fleetwall.load.rollout.CrowdProcess;
import io.fleetwall.load.rollout.Meter;
import io.fleetwall.load.rollout.Progress;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How many events a second nodes, a gateway and its store come to on the cores they share. */
final class Ingest {
    private static final int NODES = 16;
    private static final double WARM_SECONDS = 5;
    private static final double LAG_MILLIS = 1_000;

    private final EventsOptions options;
    private final Path directory;
    private final Progress progress;
    private final List<Line> lines = new ArrayList<>();

    Ingest(EventsOptions options, Path directory, Progress progress) {
        this.options = options;
        this.directory = directory;
        this.progress = progress;
    }

    Section measure(Stored store) throws IOException {
        Path place = directory.resolve("ingest-" + store.file());
        progress.say("a gateway with " + store.name());
        try (LaunchedGateway gateway = LaunchedGateway.start(place, store.settings());
                CrowdProcess crowd =
                        CrowdProcess.start(
                                Reporters.class,
                                place,
                                List.of(
                                        gateway.state().toString(),
                                        Integer.toString(LaunchedGateway.LINK_PORT),
                                        Integer.toString(NODES)))) {
            crowd.ask("connect 20000");
            progress.say("as many events as it takes");
            crowd.ask("talk " + WARM_SECONDS + " 0");
            most(store, gateway, crowd);
            progress.say(store.least() + " events a second");
            Series lag = steady(store, gateway, crowd);
            return new Section(
                    "Ingest into " + store.name(),
                    NODES
                            + " nodes in their own process over mutual TLS, whole denials in batches"
                            + " of "
                            + Reporter.BATCH
                            + "; nodes, gateway and store share the cores; lag from when a batch is"
                            + " due until its acknowledgement",
                    lines,
                    List.of(lag));
        }
    }

    private void most(Stored store, LaunchedGateway gateway, CrowdProcess crowd) {
        Cost cost = Cost.begin(gateway, store, crowd);
        JsonObject said = crowd.ask("talk " + options.seconds() + " 0");
        double rate = said.getLong("acknowledged") / said.getDouble("seconds");
        lines.add(
                Line.of("events stored and acknowledged a second, at most", "%.0f", rate)
                        .atLeast(rate, store.least(), "/s"));
        cost.end(said.getLong("stored"), lines);
    }

    private Series steady(Stored store, LaunchedGateway gateway, CrowdProcess crowd) {
        Cost cost = Cost.begin(gateway, store, crowd);
        JsonObject said = crowd.ask("talk " + options.seconds() + " " + store.least());
        Series lag = new Series("lag of a batch at " + store.least() + "/s, ms");
        said.getJsonArray("lags").forEach(one -> lag.add(((Number) one).doubleValue()));
        double rate = said.getLong("acknowledged") / said.getDouble("seconds");
        lines.add(
                Line.of("offered " + store.least() + "/s: stored a second", "%.0f", rate)
                        .atLeast(rate, store.least() * 0.99, "/s"));
        lines.add(Line.of("lag, p50", "%.1f ms", lag.median()));
        lines.add(
                Line.of("lag, p99", "%.1f ms", lag.percentile(99))
                        .atMost(lag.percentile(99), LAG_MILLIS, "ms"));
        cost.end(said.getLong("stored"), lines);
        int missing = Math.toIntExact(said.getLong("sent") - said.getLong("stored"));
        lines.add(Line.of("not acknowledged", "%d", missing).atMost(missing, 0, "events"));
        return lag;
    }

    /** CPU of all that take part, by the kernel's books. */
    private record Cost(
            Meter gateway,
            long before,
            Optional<ServerCpu> server,
            long serverBefore,
            Meter nodes,
            long nodesBefore) {
        static Cost begin(LaunchedGateway gateway, Stored store, CrowdProcess crowd) {
            Meter meter = new Meter(gateway.pid());
            Meter nodes = new Meter(crowd.pid());
            Optional<ServerCpu> server = store.cpu();
            return new Cost(
                    meter,
                    meter.cpuMicros(),
                    server,
                    server.map(ServerCpu::micros).orElse(0L),
                    nodes,
                    nodes.cpuMicros());
        }

        void end(long events, List<Line> lines) {
            double own = gateway.cpuMicros() - before;
            lines.add(Line.of("  gateway CPU, an event", "%.1f us", own / events));
            server.ifPresent(cpu ->
                    lines.add(
                            Line.of(
                                    "  PostgreSQL CPU, an event",
                                    "%.1f us",
                                    (double) (cpu.micros() - serverBefore) / events)));
            double others = nodes.cpuMicros() - nodesBefore;
            lines.add(Line.of("  simulated nodes' CPU, an event", "%.1f us", others / events));
        }
    }
}
