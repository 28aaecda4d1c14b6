package io.fleetwall.load.deployment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory where a script finds the settings of programs and leaves what it saw of them. */
record Place(Path directory) {
    /** What the script left in a file, without the line's end. */
    String told(String file) throws IOException {
        Path path = directory.resolve(file);
        return Files.exists(path) ? Files.readString(path).strip() : "(no " + file + ")";
    }

    /** Settings in which {@code %s} is this directory. */
    void settings(String file, String text) throws IOException {
        Files.writeString(directory.resolve(file), text.replace("%s", directory.toString()));
    }

    /** Settings of an agent in a gateway's process, whose one job is behind {@code fw-job}. */
    void node(String name) throws IOException {
        settings(
                "runner-node.yaml",
                """
                gateway: { url: cluster }
                state: { directory: "%s/node" }
                job: { socket: "%s/job.sock" }
                runners: [{ name: a, interface: fw-job }]
                dns: { upstreams: ["198.51.100.1:53"] }
                """
                        + "node: { name: "
                        + name
                        + ", labels: [linux] }\n");
    }
}
