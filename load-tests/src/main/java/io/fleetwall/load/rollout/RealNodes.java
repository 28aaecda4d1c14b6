package io.fleetwall.load.rollout;

import io.fleetwall.laboratory.net.Namespace;
import io.fleetwall.laboratory.net.Veth;
import io.fleetwall.laboratory.process.Await;
import io.fleetwall.laboratory.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A few whole agents with kernel tables, each in a network namespace of its own, on cables to the
 * gateway's: their acknowledgement means that packets are judged by the new revision.
 */
final class RealNodes implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);

    private final List<Namespace> namespaces = new ArrayList<>();
    private final List<ChildProcess> agents = new ArrayList<>();
    private final List<String> names = new ArrayList<>();

    /** Addresses that the gateway's certificate has to name. */
    static List<String> gatewayAddresses(int count) {
        List<String> addresses = new ArrayList<>(List.of("127.0.0.1"));
        for (int i = 0; i < count; i++) {
            addresses.add("10.88." + i + ".1");
        }
        return addresses;
    }

    /** Starts them one after the other and waits until all have their first policy. */
    static RealNodes start(GatewayUnderTest gateway, Path directory, int count) throws IOException {
        RealNodes nodes = new RealNodes();
        for (int i = 0; i < count; i++) {
            nodes.add(gateway, Files.createDirectories(directory.resolve("real-" + i)), i);
        }
        Await.orFail("the real nodes' first policy", START, () -> nodes.inForce(gateway));
        return nodes;
    }

    private boolean inForce(GatewayUnderTest gateway) {
        long here =
                gateway.runners().stream()
                        .filter(runner -> names.contains(runner.getString("node")))
                        .filter(runner -> "in-force".equals(runner.getString("state")))
                        .count();
        return here == names.size();
    }

    private void add(GatewayUnderTest gateway, Path directory, int number) throws IOException {
        Namespace namespace = Namespace.create("real" + number);
        namespaces.add(namespace);
        String net = "10.88." + number + ".";
        Veth.connect(
                new Veth.End(Namespace.own(), "to" + number, List.of(net + "1/24")),
                new Veth.End(namespace, "uplink", List.of(net + "2/24")));
        namespace.ip("link", "add", "fw-a", "type", "veth", "peer", "name", "job");
        namespace.ip("address", "add", "10.99.0.1/24", "dev", "fw-a");
        namespace.ip("link", "set", "fw-a", "up");
        namespace.ip("link", "set", "job", "up");
        Files.writeString(directory.resolve("token"), gateway.token() + "\n");
        Path config = directory.resolve("runner-node.yaml");
        Files.writeString(config, settings(gateway, directory, number));
        names.add("real-" + number);
        String launcher = Path.of(System.getProperty("fleetwall.home"), "fleetwall").toString();
        agents.add(
                ChildProcess.daemon(
                        "real-" + number,
                        directory.resolve("log"),
                        namespace.enter(
                                List.of(launcher, "runner-node", "--config", config.toString()))));
    }

    private static String settings(GatewayUnderTest gateway, Path directory, int number) {
        return """
        node: {name: real-%d, labels: [linux, %s]}
        gateway: {url: "https://10.88.%d.1:%d", caFingerprint: "%s", enrolmentTokenFile: "%s"}
        state: {directory: "%s"}
        bpf: {pinDirectory: /sys/fs/bpf/real-%d}
        job: {socket: "%s"}
        runners: [{name: r, interface: fw-a}]
        dns: {upstreams: ["192.0.2.53:53"]}
        """
                .formatted(
                        number,
                        PolicyTexts.team(number),
                        number,
                        GatewayUnderTest.LINK_PORT,
                        gateway.fingerprint(),
                        directory.resolve("token"),
                        directory.resolve("state"),
                        number,
                        directory.resolve("job.sock"));
    }

    int count() {
        return names.size();
    }

    @Override
    public void close() {
        agents.forEach(ChildProcess::close);
        namespaces.forEach(Namespace::close);
    }
}
