package io.fleetwall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.fleetwall.laboratory.fault.SmallDisk;
import io.fleetwall.node.fleet.Await;
import io.fleetwall.node.fleet.TestAgent;
import io.fleetwall.node.fleet.TestNetwork;
import io.fleetwall.node.fleet.TestWorld;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.Refused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The disk of a node's state is full: what is kept for the next boot never lags behind. */
class FullDiskTest {
    private static final int PORT = 9443;
    private static final String OPEN =
            "allow:\n  - { cidr: 198.51.100.1/32, ports: [" + PORT + "/udp] }\n";

    private final TestNetwork network = TestNetwork.create(42);
    private final SmallDisk disk = SmallDisk.create();
    private final TestWorld world = TestWorld.create();
    private final TestAgent agent;

    FullDiskTest() throws Exception {
        agent = TestAgent.create(disk.directory(), network.host(), "");
        agent.policy(OPEN);
        agent.start();
    }

    @AfterEach
    void stop() throws Exception {
        disk.clear();
        agent.uninstall();
        world.close();
        network.close();
        disk.close();
    }

    @Test
    void what_cannot_be_kept_is_in_force_all_the_same_and_what_it_revoked_does_not_come_back()
            throws Exception {
        awaitReached();
        assertEquals(1, kept().size());
        disk.fill();
        desire(2, closed());
        Await.until(() -> applied() == 2, () -> agent.gateway().heard().toString());
        assertFalse(reached(), "revoked in the kernel");
        assertEquals(List.of(), kept(), "what was revoked is not kept");

        agent.stop();
        assertFalse(reached(), "the kernel goes on");
        agent.gateway().stop();
        agent.restart();
        assertFalse(reached(), "after a restart without gateway and room");

        int greetings = agent.gateway().heard(Hello.class).size();
        agent.gateway().policies(scope -> Optional.empty());
        agent.gateway().start();
        Await.until(
                () -> agent.gateway().heard(Hello.class).size() > greetings,
                () -> agent.gateway().heard().toString());
        desire(1, OPEN);
        Await.until(() -> refused().contains("FW-N004"), () -> agent.gateway().heard().toString());
        assertFalse(reached(), "a replayed revision");

        disk.clear();
        desire(3, OPEN);
        Await.until(() -> applied() == 3, () -> agent.gateway().heard().toString());
        awaitReached();
        assertEquals(1, kept().size());
    }

    /** Too large for the room that goes free with what it replaces. */
    private static String closed() {
        return IntStream.range(0, 2_000)
                .mapToObj(i -> "  - host: h" + i + ".example.com\n")
                .collect(Collectors.joining("", "allow:\n", ""));
    }

    private void desire(long revision, String spec) {
        Scope idle = agent.gateway().heard(Hello.class).getLast().runners().getFirst().scope();
        agent.gateway().say(new Desired("r", agent.fleet().sign(revision, idle, spec)));
    }

    private long applied() {
        return agent.gateway().heard(Applied.class).getLast().revision();
    }

    private List<String> refused() {
        return agent.gateway().heard(Refused.class).stream().map(Refused::code).toList();
    }

    /** Whether a datagram of the job arrives. */
    private boolean reached() throws IOException {
        long before = arrived();
        network.inside("bash", "-c", "echo > /dev/udp/198.51.100.1/" + PORT);
        return arrived() > before;
    }

    /** A loaded machine may take a while to bring it there. */
    private void awaitReached() throws IOException {
        long before = arrived();
        network.inside("bash", "-c", "echo > /dev/udp/198.51.100.1/" + PORT);
        Await.until(
                () -> {
                    try {
                        return arrived() > before;
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                () -> "a datagram does not arrive");
    }

    private long arrived() throws IOException {
        return world.saw().stream()
                .filter(line -> line.contains("198.51.100.1." + PORT + ": UDP"))
                .count();
    }

    private List<Path> kept() throws IOException {
        try (Stream<Path> files = Files.list(disk.directory().resolve("state/runners/r/scopes"))) {
            return files.toList();
        }
    }
}
