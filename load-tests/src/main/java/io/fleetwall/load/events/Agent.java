package io.fleetwall.load.events;

import io.fleetwall.laboratory.process.Await;
import io.fleetwall.laboratory.process.ChildProcess;
import io.fleetwall.load.gateway.LaunchedGateway;
import io.fleetwall.load.gateway.Programs;
import io.fleetwall.load.rollout.Meter;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The agent in a process of its own, with a kernel part on the cable of each runner. */
final class Agent implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);

    private final Home home;
    private ChildProcess child;

    private Agent(Home home) {
        this.home = home;
        this.child = launch();
    }

    /** Which agent it is, where it runs, and where its files are. */
    record Home(Programs programs, JobNetwork network, Path directory) {}

    /** Starts it; returns when all its runners have their policy in force. */
    static Agent start(LaunchedGateway gateway, Home home, int runners) throws IOException {
        Path directory = home.directory();
        Files.createDirectories(directory);
        Files.writeString(
                directory.resolve("token"), gateway.api().enrolmentToken(10, 3600) + "\n");
        Files.writeString(
                directory.resolve("runner-node.yaml"), settings(gateway, directory, runners));
        Agent agent = new Agent(home);
        Await.orFail(
                "a policy in force on " + runners + " runners",
                START,
                () -> {
                    agent.child.mustLive();
                    return inForce(gateway) == runners;
                });
        return agent;
    }

    private static long inForce(LaunchedGateway gateway) {
        return gateway.api().get("runners?limit=1000").getJsonArray("runners").stream()
                .map(JsonObject.class::cast)
                .filter(runner -> "in-force".equals(runner.getString("state")))
                .count();
    }

    private ChildProcess launch() {
        return ChildProcess.daemon(
                "runner-node",
                home.directory().resolve("log"),
                home.network()
                        .node()
                        .enter(
                                home.programs()
                                        .runnerNode(home.directory().resolve("runner-node.yaml"))));
    }

    private static String settings(LaunchedGateway gateway, Path directory, int runners) {
        String list =
                IntStream.range(0, runners)
                        .mapToObj(
                                i -> "{name: r%d, interface: %s}".formatted(i, JobNetwork.cable(i)))
                        .collect(Collectors.joining(", "));
        return """
        node: {name: events, labels: [linux]}
        gateway: {url: "https://%s:%d", caFingerprint: "%s", enrolmentTokenFile: "%s"}
        state: {directory: "%s"}
        bpf: {pinDirectory: /sys/fs/bpf/events}
        job: {socket: "%s"}
        runners: [%s]
        dns: {upstreams: ["192.0.2.53:53"]}
        """
                .formatted(
                        JobNetwork.GATEWAY,
                        LaunchedGateway.LINK_PORT,
                        gateway.api().fingerprint(),
                        directory.resolve("token"),
                        directory.resolve("state"),
                        directory.resolve("job.sock"),
                        list);
    }

    Meter meter() {
        return new Meter(child.process().pid());
    }

    /** Dies as by SIGKILL; the kernel part goes on. */
    void kill() {
        child.kill();
    }

    /** Comes back on the same state. */
    void restart() {
        child = launch();
    }

    @Override
    public void close() {
        child.close();
    }
}
