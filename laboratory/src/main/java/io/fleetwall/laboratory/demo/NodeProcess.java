package io.fleetwall.laboratory.demo;

import io.fleetwall.laboratory.internet.Site;
import io.fleetwall.laboratory.net.Topology;
import io.fleetwall.laboratory.process.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The runner node, started as {@code ./fleetwall runner-node}; it can be killed and started again.
 */
final class NodeProcess implements AutoCloseable {
    private static final int HEAP_MEGABYTES = 96;

    private final Installation installation;
    private final Path directory;
    private ChildProcess child;

    private NodeProcess(Installation installation, Path directory, ChildProcess child) {
        this.installation = installation;
        this.directory = directory;
        this.child = child;
    }

    /** Writes its configuration and starts it. */
    static NodeProcess start(Installation installation, Path directory, Enrolment enrolment) {
        DemoFiles.write(directory.resolve("enrolment.token"), enrolment.token() + "\n");
        DemoFiles.write(
                directory.resolve("runner-node.yaml"),
                """
                node: {name: demo-node, labels: [linux]}
                gateway:
                  url: https://127.0.0.1:7443
                  caFingerprint: "%s"
                  enrolmentTokenFile: "%s"
                state: {directory: "%s"}
                job: {socket: "%s"}
                runners:
                  - {name: a, interface: %s}
                  - {name: b, interface: %s}
                dns: {upstreams: ["%s:53"]}
                """
                        .formatted(
                                enrolment.fingerprint(),
                                directory.resolve("enrolment.token"),
                                directory.resolve("node"),
                                directory.resolve("job.sock"),
                                Topology.interfaceOf("a"),
                                Topology.interfaceOf("b"),
                                Site.RESOLVER.v4().getHostAddress()));
        return new NodeProcess(installation, directory, launch(installation, directory));
    }

    /** How a node is let in. */
    record Enrolment(String token, String fingerprint) {}

    private static ChildProcess launch(Installation installation, Path directory) {
        return ChildProcess.daemon(
                "runner-node",
                directory.resolve("runner-node.log"),
                installation
                        .program("runner-node", HEAP_MEGABYTES)
                        .with("--config", directory.resolve("runner-node.yaml").toString()));
    }

    /** Kills it without warning. */
    void kill() {
        child.kill();
    }

    /** Starts it again, after {@link #kill}. */
    void restart() {
        child = launch(installation, directory);
    }

    boolean alive() {
        return child.alive();
    }

    void mustLive() {
        child.mustLive();
    }

    Path jobSocket() {
        return directory.resolve("job.sock");
    }

    /** The end of its log. */
    String tail() {
        return child.tail();
    }

    /**
     * The ids of the packet-classifier programs it holds, as the kernel says in {@code
     * /proc/PID/fdinfo}: nobody's own word.
     */
    String programs() {
        TreeSet<String> programs = new TreeSet<>();
        Path descriptors = Path.of("/proc", Long.toString(child.process().pid()), "fdinfo");
        try (Stream<Path> files = Files.list(descriptors)) {
            for (Path file : files.toList()) {
                program(file).ifPresent(programs::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return String.join(",", programs);
    }

    private static Optional<String> program(Path file) throws IOException {
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
            return lines.stream()
                    .filter(line -> line.startsWith("prog_id:"))
                    .map(line -> line.substring("prog_id:".length()).strip())
                    .findFirst();
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        child.close();
    }
}
