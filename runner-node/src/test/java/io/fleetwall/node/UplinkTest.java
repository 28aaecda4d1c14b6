package io.fleetwall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.bpf.Interfaces;
import io.fleetwall.laboratory.process.Quickest;
import io.fleetwall.node.fleet.Await;
import io.fleetwall.node.fleet.TestAgent;
import io.fleetwall.node.fleet.TestMachine;
import io.fleetwall.node.fleet.TestNetwork;
import io.fleetwall.node.fleet.TestWorld;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Interfaces that appear while the agent runs (threat model P9). */
class UplinkTest {
    private static final String OTHER = "vpn0";

    /** Of five tries one at least would take longer, if the agent only looked each second. */
    private static final Duration AT_ONCE = Duration.ofMillis(400);

    /** TUNSETIFF with IFF_TUN and IFF_NO_PI; protocol 17 is UDP. */
    private static final String VPN =
            """
            import fcntl, os, select, socket, struct, subprocess, time
            far = os.open("/dev/net/tun", os.O_RDWR)
            fcntl.ioctl(far, 0x400454CA, struct.pack("16sH", b"vpn0", 0x1001))
            subprocess.run(["ip", "addr", "replace", "10.66.0.1/24", "dev", "vpn0"], check=True)
            subprocess.run(["ip", "link", "set", "vpn0", "up"], check=True)
            near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            result, end = "stopped", time.monotonic() + 1
            for _ in range(5):
                try:
                    near.sendto(b"secret", ("10.66.0.2", 4444))
                except OSError:
                    pass
                while time.monotonic() < end and select.select([far], [], [], 0.05)[0]:
                    packet = os.read(far, 2048)
                    if packet[0] >> 4 == 4 and packet[9] == 17 and packet.endswith(b"secret"):
                        result = "passed"
            print(result)
            """;

    @TempDir Path place;

    @Test
    void another_uplink_of_a_machine_is_under_its_policy_as_soon_as_it_is_there() throws Exception {
        try (TestMachine machine = TestMachine.create();
                TestWorld _ = TestWorld.create()) {
            plug();
            assertTrue(passes(machine), "without the filter");
            TestAgent agent = machine("filter");
            try {
                agent.start();
                assertFalse(passes(machine), "one that is older than the agent");
                unplug();
                Quickest.isBelow(
                        AT_ONCE,
                        () -> {
                            Duration slowest = Duration.ZERO;
                            for (int i = 0; i < 5; i++) {
                                slowest = longer(slowest, untilJudged(OTHER, UplinkTest::plug));
                                assertFalse(passes(machine), "one that is new");
                                unplug();
                            }
                            System.out.println("another uplink is judged after " + slowest);
                            return slowest;
                        });
                assertEquals(0, agent.told(EventKind.TAMPER_UPLINK));
                plug();
            } finally {
                agent.uninstall();
            }
            assertTrue(passes(machine), "without the filter again");
            unplug();
        }
    }

    @Test
    void it_is_told_once_where_it_is_not_to_be_filtered() throws Exception {
        try (TestMachine machine = TestMachine.create();
                TestWorld _ = TestWorld.create()) {
            TestAgent agent = machine("report");
            try {
                agent.start();
                Quickest.isBelow(Duration.ofSeconds(2), () -> untilTold(agent, machine));
            } finally {
                agent.uninstall();
            }
        }
    }

    @Test
    void a_runners_interface_is_judged_as_soon_as_it_is_there() throws Exception {
        try (TestNetwork network = TestNetwork.create(5)) {
            network.unplug();
            TestAgent agent = TestAgent.create(place, network.host(), "");
            try {
                agent.start();
                Quickest.isBelow(
                        AT_ONCE,
                        () -> {
                            Duration slowest = Duration.ZERO;
                            for (int i = 0; i < 5; i++) {
                                slowest = longer(slowest, plugged(network));
                            }
                            System.out.println("a runner's interface is judged after " + slowest);
                            return slowest;
                        });
            } finally {
                agent.uninstall();
            }
        }
    }

    @Test
    void dns_of_a_port_of_a_bridge_is_closed_and_told() throws Exception {
        try (TestNetwork network = TestNetwork.create(4)) {
            TestAgent agent = TestAgent.create(place, network.host(), "");
            try {
                agent.start();
                TestNetwork.run("ip", "link", "add", "bridge4", "type", "bridge");
                TestNetwork.run("ip", "link", "set", network.host(), "master", "bridge4");
                awaitUplink(agent, "fw-t4 is a port of a bridge");
            } finally {
                agent.uninstall();
                TestNetwork.run("ip", "link", "delete", "bridge4");
            }
        }
    }

    private TestAgent machine(String uplinks) throws Exception {
        return TestAgent.create(
                place,
                """
                runners:
                  - { name: r, interface: fw-up, direction: egress, uplinks: %s }
                """
                        .formatted(uplinks));
    }

    private static void awaitUplink(TestAgent agent, String text) {
        Await.until(
                () ->
                        agent.events().stream()
                                .filter(event -> event.kind() == EventKind.TAMPER_UPLINK)
                                .map(Event::message)
                                .anyMatch(message -> message.contains(text)),
                () -> agent.events().toString());
    }

    private interface Step {
        void run() throws IOException;
    }

    /** The interface is told once each time that it comes. */
    private static Duration untilTold(TestAgent agent, TestMachine machine) throws IOException {
        long before = agent.told(EventKind.TAMPER_UPLINK);
        plug();
        try {
            long from = System.nanoTime();
            assertTrue(passes(machine), "which brings it up");
            Await.until(
                    () -> agent.told(EventKind.TAMPER_UPLINK) > before,
                    () -> agent.events().toString());
            Duration took = Duration.ofNanos(System.nanoTime() - from);
            awaitUplink(agent, OTHER + " (tun) is not filtered");
            assertEquals(before + 1, agent.told(EventKind.TAMPER_UPLINK));
            return took;
        } finally {
            unplug();
        }
    }

    private static Duration plugged(TestNetwork network) throws IOException {
        Step plug = () -> TestNetwork.run("ip", "link", "add", network.host(), "type", "veth");
        Duration took = untilJudged(network.host(), plug);
        network.unplug();
        return took;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static Duration untilJudged(String name, Step plug) throws IOException {
        plug.run();
        long from = System.nanoTime();
        Await.until(() -> judged(name), () -> name + " is not judged");
        return Duration.ofNanos(System.nanoTime() - from);
    }

    /** A link is pinned when the kernel has it. */
    private static boolean judged(String name) {
        String pin = Interfaces.indexOf(name) + "_";
        try (Stream<Path> pins = Files.walk(Path.of("/sys/fs/bpf/fleetwall-test"))) {
            return pins.anyMatch(path -> path.getFileName().toString().startsWith(pin));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void plug() throws IOException {
        TestNetwork.run("ip", "tuntap", "add", OTHER, "mode", "tun");
    }

    private static void unplug() throws IOException {
        TestNetwork.run("ip", "link", "delete", OTHER);
    }

    /** The other uplink comes up; whether a datagram of a root process comes out at its far end. */
    private static boolean passes(TestMachine machine) throws IOException {
        String said = machine.say("python3", "-c", VPN).text().strip();
        assertTrue(List.of("passed", "stopped").contains(said), said);
        return said.equals("passed");
    }
}
