package io.fleetwall.load.rollout;

import io.fleetwall.load.result.Line;
import io.fleetwall.load.result.Section;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The same for an xDS server of {@code io.envoyproxy.controlplane}. */
final class PeerRollout {
    private static final int PORT = 18_000;

    private final RolloutOptions options;
    private final Path directory;
    private final Progress progress;

    PeerRollout(RolloutOptions options, Path directory, Progress progress) {
        this.options = options;
        this.directory = directory;
        this.progress = progress;
    }

    /** Pushes as many bytes as a policy of ours has. */
    FleetwallRollout.Result measure(Path state, long bodyBytes) {
        List<Line> lines = new ArrayList<>();
        try (CrowdProcess server =
                        CrowdProcess.startPeer(
                                XdsServer.class,
                                directory,
                                List.of(state.toString(), "" + PORT, Long.toString(bodyBytes)));
                CrowdProcess crowd =
                        CrowdProcess.start(
                                XdsClients.class,
                                directory,
                                List.of(state.toString(), "" + PORT, "" + options.nodes()))) {
            server.ask("1");
            Rounds rounds = new Rounds(crowd, new Meter(server.pid()), options.nodes());
            progress.say("connecting " + options.nodes() + " clients of the peer");
            Rounds.Storm storm = rounds.storm();
            lines.add(
                    Line.of(
                            "all connect at once, first resource in hand",
                            "%d in %.1f s",
                            storm.connected(),
                            storm.millis() / 1000));
            lines.add(Line.of("server CPU, a client that connects", "%.0f us", storm.cpuMicros()));
            for (int i = 0; i <= options.rounds(); i++) {
                int version = i + 2;
                progress.say("version " + version + " of the peer");
                rounds.round(0, () -> server.ask("" + version).getLong("version"));
                if (i == 0) {
                    rounds.forget();
                }
            }
            lines.add(Line.of("pushed to acknowledged, p50", "%.0f ms", rounds.p50.median()));
            lines.add(Line.of("p99", "%.0f ms", rounds.p99.median()));
            lines.add(Line.of("last", "%.0f ms", rounds.max.median()));
            lines.add(Line.of("server CPU, a client and version", "%.0f us", rounds.cpu.median()));
            lines.add(Line.of("bytes on the wire, a client", "%.0f", rounds.bytes.median()));
            Section section =
                    new Section(
                            "xDS peer",
                            "java-control-plane over mutual TLS gRPC, as many clients, the same"
                                    + " number of bytes, the same signature to check",
                            lines,
                            rounds.series());
            return new FleetwallRollout.Result(section, rounds);
        }
    }
}
