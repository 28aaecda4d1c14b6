package io.fleetwall.load.dns;

import io.fleetwall.laboratory.process.Await;
import io.fleetwall.laboratory.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The whole runner node, with the launcher's own flags: kernel part, link, events, DNS proxy on the
 * runner's cable. It is asked at its own port, which the policy allows, without the redirect by
 * nftables: the peers have none either.
 */
record RunnerNodes(Path home, Path directory, Gateway gateway) {
    static final int DNS_PORT = 5353;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Starts it for the first time and waits until the gateway's policy is in force. */
    Contestant first(int core) throws IOException, GeneralSecurityException {
        Files.writeString(directory.resolve("token"), gateway.token() + "\n");
        Files.writeString(
                directory.resolve("runner-node.yaml"),
                """
                node: {name: bench, labels: [linux]}
                gateway:
                  url: https://127.0.0.1:7443
                  caFingerprint: "%s"
                  enrolmentTokenFile: "%s"
                state: {directory: "%s"}
                job: {socket: "%s"}
                runners:
                  - {name: a, interface: %s}
                dns: {port: %d, redirect: false, budgets: false, upstreams: ["%s:%d"]}
                """
                        .formatted(
                                gateway.fingerprint(),
                                directory.resolve("token"),
                                directory.resolve("node"),
                                directory.resolve("job.sock"),
                                Field.RUNNER,
                                DNS_PORT,
                                Field.UPSTREAM,
                                Field.UPSTREAM_PORT));
        Contestant node = again(Field.pinned(core, command()));
        Await.orFail(
                "the policy at the node",
                PATIENCE,
                () -> {
                    node.child().mustLive();
                    return gateway.applied() > 0;
                });
        return node;
    }

    /** Starts it with what it has on disk. */
    Contestant again(List<String> command) {
        ChildProcess child = ChildProcess.daemon("runner-node", log(directory), command);
        return new Contestant("Fleetwall", child, Field.NODE, DNS_PORT);
    }

    /** Where it says what it does. */
    static Path log(Path directory) {
        return directory.resolve("runner-node.log");
    }

    /** Words of the launcher. */
    private static List<String> told(String property) {
        return Stream.of(System.getProperty("fleetwall.node." + property, "").split("\\s+", -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** As the launcher starts it. */
    List<String> command() {
        List<String> words = new ArrayList<>(List.of("env"));
        words.addAll(told("environment"));
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(told("flags"));
        words.add("-jar");
        words.add(home.resolve("runner-node/target/runner-node-0.1.0-SNAPSHOT.jar").toString());
        words.add("--config");
        words.add(directory.resolve("runner-node.yaml").toString());
        return List.copyOf(words);
    }
}
