package io.fleetwall.node.enforce;

import io.fleetwall.node.config.NodeConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What puts policies in force for one runner, on the real kernel, without the agent around it. */
record OneRunner(Enforcement node, RunnerSlots slot, RunnerGate gate, RunnerPolicy policy) {
    /**
     * As the agent starts it: what an earlier one left in the state directory is in force again.
     */
    static OneRunner open(String interfaceName, Path state, FleetKeys keys) throws IOException {
        NodeConfig.Runner runner =
                new NodeConfig.Runner(
                        "r", interfaceName, NodeConfig.Direction.INGRESS, Set.of("linux"));
        Enforcement node = Enforcement.open(config(runner, state), keys, InstantSource.system());
        RunnerView view = new RunnerView(runner);
        RunnerSlots slot = new RunnerSlots(runner, node, view);
        RunnerGate gate =
                new RunnerGate(
                        Standing.denyAll(node.sets()), node.boottime(), node.aliases(), _ -> {});
        RunnerPolicy policy = new RunnerPolicy(view, slot, gate, node);
        policy.restore();
        slot.attach(policy.standing());
        policy.tidy();
        node.discardAdopted();
        return new OneRunner(node, slot, gate, policy);
    }

    private static NodeConfig config(NodeConfig.Runner runner, Path state) {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        return new NodeConfig(
                "node",
                new NodeConfig.Gateway(URI.create("https://g"), "", Optional.empty()),
                state,
                Path.of("/sys/fs/bpf/fleetwall-test"),
                new NodeConfig.JobSocket(state.resolve("s"), Set.of(0L), Duration.ofSeconds(1)),
                List.of(runner),
                new NodeConfig.Dns(5353, List.of(new InetSocketAddress(loopback, 53)), false),
                new InetSocketAddress(loopback, 1),
                1 << 20);
    }
}
