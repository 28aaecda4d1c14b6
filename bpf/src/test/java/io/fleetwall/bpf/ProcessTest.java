package io.fleetwall.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Real processes that send in every way there is: the event must name them, though they are gone.
 */
@Timeout(180)
class ProcessTest {
    private static final Path PINS = Path.of("/sys/fs/bpf/process");
    private static final String SENDER = "/run/fleetwall-sender";
    private static final String NOWHERE = "192.0.2.1";

    private JobNamespace job;
    private DataPlane plane;
    private int ifindex;

    @BeforeAll
    static void compiles() {
        Shell.run("clang -Wall -Wextra -Werror -O1 -o " + SENDER + " src/test/c/sender.c");
    }

    @BeforeEach
    void buildsTheLink() {
        job = new JobNamespace();
        ifindex = Interfaces.indexOf(JobNamespace.HOST_LINK);
        plane = DataPlane.open(new DataPlaneConfig(PINS));
        assertEquals(
                Optional.empty(),
                plane.telemetry().unattributed()); // from now on they are written down
        Shell.run("ip route add 192.0.2.0/24 via 10.77.0.2");
    }

    @AfterEach
    void takesItDown() {
        plane.uninstall();
        job.close();
    }

    private void force(Direction direction) {
        plane.attach(JobNamespace.HOST_LINK, ifindex, direction);
        TableSet set = plane.build(Policies.DENY_ALL, 1, new byte[32]);
        plane.flip(ifindex, set, SlotOptions.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "connect, INGRESS", "connect, EGRESS",
        "sendto, INGRESS", "sendto, EGRESS",
        "fast-open, INGRESS", "fast-open, EGRESS",
        "mapped, INGRESS", "mapped, EGRESS",
        "mapped-sendto, INGRESS", "mapped-sendto, EGRESS",
        "uring-connect, INGRESS", "uring-connect, EGRESS",
        "uring-sendmsg, INGRESS", "uring-sendmsg, EGRESS"
    })
    void theEventOfADeniedPacketNamesItsProcess(String way, Direction direction) throws Exception {
        force(direction);
        Process sender = send(direction, way, 4000);
        assertEquals(0, sender.exitValue(), way);
        ProcessRecord process = processOf(4000).orElseThrow();
        assertEquals(sender.pid(), process.pid());
        assertEquals(0, process.uid());
        assertEquals("fleetwall-sende", process.name());
        assertTrue(process.executable().endsWith("/fleetwall-sender"), process.executable());
        assertEquals(List.of(SENDER, way, NOWHERE, "4000"), process.command());
        assertEquals(ProcessHandle.current().pid(), process.parents().getFirst().longValue());
        assertTrue(process.cgroupId() > 0);
        long age = BootClock.nanos() - process.startedBoottimeNanos();
        assertTrue(age > 0 && age < Duration.ofMinutes(3).toNanos(), age + " ns");
    }

    @Test
    void aSocketBelongsToWhomeverUsesIt() throws Exception {
        force(Direction.INGRESS);
        Process parent = send(Direction.INGRESS, "inherited", 4001);
        String child =
                new String(
                        parent.getInputStream().readAllBytes(),
                        java.nio.charset.StandardCharsets.US_ASCII);
        assertEquals(child.strip(), "" + processOf(4001).orElseThrow().pid());
    }

    @Test
    void whatIsKnownOutlivesTheAgent() throws Exception {
        force(Direction.INGRESS);
        plane.close();
        Process sender = send(Direction.INGRESS, "connect", 4002);
        plane = DataPlane.open(new DataPlaneConfig(PINS));
        assertTrue(plane.adopted());
        assertEquals(sender.pid(), processOf(4002).orElseThrow().pid());
    }

    @Test
    void withoutControlGroupsOnlyTheProcessIsMissing() throws Exception {
        plane.uninstall();
        Shell.run("umount /sys/fs/cgroup");
        try {
            plane = DataPlane.open(new DataPlaneConfig(PINS));
            assertTrue(plane.telemetry().unattributed().orElseThrow().hint().contains("cgroup2"));
            force(Direction.INGRESS);
            send(Direction.INGRESS, "connect", 4003);
            assertEquals(Optional.empty(), processOf(4003));
        } finally {
            Shell.run("mount -t cgroup2 cgroup2 /sys/fs/cgroup");
        }
    }

    @Test
    void uninstallingLeavesNoProgramAtTheControlGroups() throws IOException {
        assertTrue(Files.exists(PINS.resolve("v" + KernelObject.LAYOUT_VERSION + "/process")));
        assertEquals(Optional.empty(), plane.telemetry().unattributed());
        plane.uninstall();
        assertFalse(Files.exists(PINS));
        plane = DataPlane.open(new DataPlaneConfig(PINS));
    }

    private Process send(Direction direction, String way, int port) throws Exception {
        List<String> command = new ArrayList<>();
        if (direction == Direction.INGRESS) {
            command.addAll(List.of("nsenter", "--net=/run/netns/job"));
        }
        command.addAll(List.of(SENDER, way, NOWHERE, "" + port));
        Process process = new ProcessBuilder(command).start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the sender hangs");
        return process;
    }

    private Optional<ProcessRecord> processOf(int port) {
        List<KernelEvent> events = new ArrayList<>();
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (events.stream().noneMatch(event -> event.destinationPort() == port)) {
            assertTrue(System.nanoTime() < deadline, "no event for port " + port);
            plane.telemetry().events().poll(Duration.ofMillis(50), events::add);
        }
        return events.stream()
                .filter(event -> event.destinationPort() == port)
                .findFirst()
                .flatMap(event -> plane.telemetry().process(event.socket()));
    }
}
