package io.fleetwall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.fleet.Await;
import io.fleetwall.node.fleet.TestAgent;
import io.fleetwall.node.fleet.TestMachine;
import io.fleetwall.node.fleet.TestWorld;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who opens a packet socket on a machine that is a runner goes around the filter, and is told. */
class PacketSocketTest {
    private static final String OPEN =
            "import socket; s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0);"
                    + " print('ready', flush=True); input()";

    private final TestMachine machine = TestMachine.create();
    private final TestWorld world = TestWorld.create();
    private final Path friend;
    private final TestAgent agent;

    PacketSocketTest(@TempDir Path place) throws Exception {
        Path python = Path.of("/usr/bin/python3").toRealPath();
        friend = Files.copy(python, place.resolve("friend"), StandardCopyOption.COPY_ATTRIBUTES);
        agent =
                TestAgent.create(
                        place,
                        """
                        runners:
                          - { name: r, interface: fw-up, direction: egress }
                        sockets: { allowed: [%s] }
                        """
                                .formatted(friend));
    }

    @AfterEach
    void stop() throws Exception {
        agent.uninstall();
        world.close();
        machine.close();
    }

    @Test
    void it_is_told_once_within_two_seconds_and_the_operators_own_are_not() throws Exception {
        agent.start();
        Process allowed = machine.start(friend.toString(), "-c", OPEN);
        Process first = machine.start("python3", "-c", OPEN, "--token", "hunter2");
        long one = awaitTold(1);
        Process second = machine.start("python3", "-c", OPEN);
        long other = awaitTold(2);
        // What else runs on the machine makes one of them longer.
        assertTrue(Math.min(one, other) < 2000, () -> "told after " + one + ", " + other + " ms");
        List<Long> pids = told().stream().map(e -> (long) e.process().orElseThrow().pid()).toList();
        assertEquals(List.of(first.pid(), second.pid()), pids);
        Event event = told().getFirst();
        assertTrue(event.process().orElseThrow().executable().contains("/python3"), event::message);
        assertTrue(event.process().orElseThrow().command().endsWith("--token ***"), event::message);
        assertTrue(event.message().startsWith("python3 (pid " + first.pid()), event::message);
        List.of(allowed, first, second).forEach(Process::destroy);
    }

    /** Answers after how many milliseconds. */
    private long awaitTold(int count) {
        long from = System.nanoTime();
        Await.until(() -> told().size() >= count, () -> agent.events().toString());
        return (System.nanoTime() - from) / 1_000_000;
    }

    private List<Event> told() {
        return agent.events().stream()
                .filter(event -> event.kind() == EventKind.TAMPER_SOCKET)
                .toList();
    }
}
