package io.fleetwall.load.events;

import io.fleetwall.laboratory.process.Await;
import io.fleetwall.load.gateway.LaunchedGateway;
import io.fleetwall.load.gateway.Programs;
import io.fleetwall.load.result.Line;
import io.fleetwall.load.result.Section;
import io.fleetwall.load.result.Series;
import io.fleetwall.load.rollout.CrowdProcess;
import io.fleetwall.load.rollout.Meter;
import io.fleetwall.load.rollout.Progress;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** From a packet that the kernel denies to the requests that tell of it. */
final class EndToEnd {
    private static final int RATE = 1_000;
    private static final int WARM_SECONDS = 10;
    private static final double P50_MILLIS = 250;
    private static final double P99_MILLIS = 1_000;
    private static final Duration LATE = Duration.ofSeconds(60);
    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final Map<String, String> TARGETS =
            Map.of(
                    Scene.EVENTS,
                    "each event, by a target that gets all in batches",
                    Scene.ALERTS,
                    "each incident, an alert and a request of its own");

    private final EventsOptions options;
    private final Path directory;
    private final Progress progress;
    private final List<Line> lines = new ArrayList<>();
    private final List<Series> series = new ArrayList<>();

    EndToEnd(EventsOptions options, Path directory, Progress progress) {
        this.options = options;
        this.directory = directory;
        this.progress = progress;
    }

    Section measure() throws Exception {
        Path place = directory.resolve("end-to-end");
        progress.say("a gateway and an agent with " + options.runners() + " runners");
        try (Receiver receiver = new Receiver();
                LaunchedGateway gateway =
                        LaunchedGateway.start(place, Scene.settings(receiver.port()));
                JobNetwork network = new JobNetwork(place, options.runners())) {
            gateway.api().post("policies:publish", Scene.denyAll());
            try (Agent agent =
                            Agent.start(
                                    gateway,
                                    new Agent.Home(
                                            Programs.LAUNCHED, network, place.resolve("node")),
                                    options.runners());
                    CrowdProcess jobs =
                            CrowdProcess.start(
                                    network.jobs().enter(List.of()),
                                    Denials.class,
                                    place,
                                    List.of(Integer.toString(options.runners())))) {
                warm(receiver, jobs);
                measure(receiver, jobs, new Meters(new Meter(gateway.pid()), agent.meter()));
            }
        }
        return new Section(
                "From the packet to the receiver",
                options.runners()
                        + " runners of one agent, "
                        + RATE
                        + " packets a second, each to another destination and so an event and an"
                        + " incident of its own; kernel, agent, gateway with SQLite, receiver and"
                        + " jobs share the cores; time from before the system call that sends to"
                        + " the whole request at the receiver",
                lines,
                series);
    }

    private void warm(Receiver receiver, CrowdProcess jobs) {
        progress.say("warming up");
        jobs.ask(RATE + " " + WARM_SECONDS);
        awaitAll(receiver);
        receiver.forget();
    }

    private record Meters(Meter gateway, Meter agent) {}

    private void measure(Receiver receiver, CrowdProcess jobs, Meters meters) {
        progress.say(RATE + " denials a second");
        long gateway = meters.gateway().cpuMicros();
        long agent = meters.agent().cpuMicros();
        JsonObject sent = jobs.ask(RATE + " " + options.seconds());
        awaitAll(receiver);
        double denials = RATE * options.seconds();
        TARGETS.keySet().stream().sorted().forEach(path -> arrived(receiver, path, sent));
        lines.add(
                Line.of(
                        "agent CPU, a denial",
                        "%.0f us",
                        (meters.agent().cpuMicros() - agent) / denials));
        lines.add(
                Line.of(
                        "gateway CPU, a denial",
                        "%.0f us",
                        (meters.gateway().cpuMicros() - gateway) / denials));
        lines.add(Line.of("agent resident", "%d MB", meters.agent().residentMegabytes()));
    }

    /** Until nothing comes any more. */
    private static void awaitAll(Receiver receiver) {
        Await.until(
                LATE,
                () -> {
                    int before = receiver.count();
                    return !Await.until(QUIET, () -> receiver.count() != before);
                });
    }

    /** When each datagram's first request came. */
    private static Map<Integer, Long> first(Receiver receiver, String path) {
        Map<Integer, Long> first = new HashMap<>();
        for (Receiver.Arrival arrival : receiver.arrivals(path)) {
            JsonObject to = arrival.event().getJsonObject("destination");
            first.putIfAbsent(
                    Denials.number(to.getString("address"), to.getInteger("port")),
                    arrival.nanos());
        }
        return first;
    }

    private void arrived(Receiver receiver, String path, JsonObject sent) {
        Map<Integer, Long> first = first(receiver, path);
        int number = sent.getInteger("first");
        String name = TARGETS.getOrDefault(path, path);
        Series millis = new Series(name + ", ms");
        int missing = 0;
        for (Object time : sent.getJsonArray("times")) {
            Long arrived = first.get(number++);
            if (arrived == null) {
                missing++;
            } else {
                millis.add((arrived - ((Number) time).longValue()) / 1e6);
            }
        }
        lines.add(Line.of(name + ": not arrived", "%d", missing).atMost(missing, 0, "denials"));
        if (millis.samples().isEmpty()) {
            return;
        }
        lines.add(
                Line.of("  p50", "%.0f ms", millis.median())
                        .atMost(millis.median(), P50_MILLIS, "ms"));
        lines.add(
                Line.of("  p99", "%.0f ms", millis.percentile(99))
                        .atMost(millis.percentile(99), P99_MILLIS, "ms"));
        lines.add(Line.of("  last", "%.0f ms", millis.percentile(100)));
        series.add(millis);
    }
}
