package io.fleetwall.load.events;

import io.fleetwall.laboratory.net.Namespace;
import io.fleetwall.laboratory.net.Veth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A node's machine on a cable to the gateway's, and one namespace of jobs that has an interface for
 * each runner: what a job's address sends goes over its own cable.
 */
final class JobNetwork implements AutoCloseable {
    static final String GATEWAY = "10.88.0.1";
    private static final int FIRST_TABLE = 1_000;

    private final Namespace node = Namespace.create("events-node");
    private final Namespace jobs = Namespace.create("events-jobs");

    JobNetwork(Path directory, int runners) throws IOException {
        Veth.connect(
                new Veth.End(Namespace.own(), "to-node", List.of(GATEWAY + "/24")),
                new Veth.End(node, "uplink", List.of("10.88.0.2/24")));
        StringBuilder near = new StringBuilder();
        StringBuilder far = new StringBuilder();
        for (int i = 0; i < runners; i++) {
            near.append(
                    "link add %s type veth peer name j%d netns %s\n"
                            .formatted(cable(i), i, jobs.name()));
            near.append("address add 10.99.%d.1/24 dev %s\n".formatted(i, cable(i)));
            near.append("link set %s up\n".formatted(cable(i)));
            far.append("address add %s/24 dev j%d\nlink set j%d up\n".formatted(address(i), i, i));
            int table = FIRST_TABLE + i;
            far.append(
                    "route add default via 10.99.%d.1 dev j%d table %d\n".formatted(i, i, table));
            far.append("rule add from %s table %d\n".formatted(address(i), table));
        }
        batch(node, directory.resolve("near.ip"), near);
        batch(jobs, directory.resolve("far.ip"), far);
    }

    private static void batch(Namespace namespace, Path file, StringBuilder lines)
            throws IOException {
        Files.writeString(file, lines);
        namespace.ip("-batch", file.toString());
    }

    /** The node's end of a runner's cable. */
    static String cable(int runner) {
        return "fw-" + runner;
    }

    /** Where a runner's job is. */
    static String address(int runner) {
        return "10.99." + runner + ".2";
    }

    Namespace node() {
        return node;
    }

    Namespace jobs() {
        return jobs;
    }

    @Override
    public void close() {
        jobs.close();
        node.close();
    }
}
