package io.fleetwall.load.rollout;

import io.fleetwall.load.result.Line;
import io.fleetwall.load.result.Report;
import io.fleetwall.load.result.Section;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * {@code ./fleetwall bench rollout}: one revision to thousands of nodes, and what it costs, beside
 * an xDS server. Ends with 1 when a target is missed.
 */
public final class RolloutBenchmark {
    private RolloutBenchmark() {}

    /** Options: see {@link RolloutOptions}. */
    public static void main(String... words) throws Exception {
        RolloutOptions options = RolloutOptions.parse(List.of(words));
        Instant at = Instant.now();
        Path directory = Files.createTempDirectory("fleetwall-rollout");
        Progress progress = new Progress(System.nanoTime());
        progress.say("raw logs in " + directory);
        FleetwallRollout.Result ours;
        Path state;
        try (GatewayUnderTest gateway =
                GatewayUnderTest.start(directory, RealNodes.gatewayAddresses(options.real()))) {
            state = gateway.state();
            ours = new FleetwallRollout(options, directory, progress).measure(gateway);
        }
        FleetwallRollout.Result peer =
                new PeerRollout(options, directory, progress)
                        .measure(state, ours.rounds().bodyBytes());
        Report report =
                new Report(
                        "bench rollout --nodes " + options.nodes(),
                        at,
                        List.of(ours.section(), peer.section(), against(ours, peer)));
        report.end(options.output());
    }

    private static Section against(FleetwallRollout.Result ours, FleetwallRollout.Result peer) {
        double last = ours.rounds().max.median() / peer.rounds().max.median();
        double cpu = ours.rounds().cpu.median() / peer.rounds().cpu.median();
        return new Section(
                "Fleetwall to peer",
                "ratios of the medians above, one run, one machine",
                List.of(
                        Line.of("last acknowledgement", "%.2f x", last).atMost(last, 1, "x"),
                        Line.of("server CPU", "%.2f x", cpu).atMost(cpu, 1, "x")),
                List.of());
    }
}
