package io.fleetwall.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.verdict.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real sockets on both sides of a veth pair, in both attach modes. */
@Timeout(180)
class LiveVethTest {
    private static final Path PINS = Path.of("/sys/fs/bpf/live");
    private static final int PORT = 8443;
    private static final int OTHER_PORT = 8444;

    /** What `connect()` to a denied address may take; the product's bound. */
    private static final long BUDGET_MICROS = 2_000;

    private JobNamespace job;
    private DataPlane plane;
    private int ifindex;
    private EchoServer server;
    private EchoServer other;

    @BeforeEach
    void buildsTheLink() throws IOException {
        job = new JobNamespace();
        ifindex = Interfaces.indexOf(JobNamespace.HOST_LINK);
        plane = DataPlane.open(new DataPlaneConfig(PINS));
        server = new EchoServer("10.77.0.1", PORT);
        other = new EchoServer("10.77.0.1", OTHER_PORT);
    }

    @AfterEach
    void takesItDown() throws IOException {
        server.close();
        other.close();
        plane.uninstall();
        job.close();
    }

    private TableSet contain(String... allowed) throws IOException {
        plane.attach(JobNamespace.HOST_LINK, ifindex, Direction.INGRESS);
        plane.permissions()
                .selfAddresses(
                        ifindex,
                        Set.of(
                                InetAddress.getByName("10.77.0.1"),
                                InetAddress.getByName("fd77::1")));
        return flip(allowed);
    }

    /** Puts a policy of ADDRESS/LENGTH PORT rules in force. */
    private TableSet flip(String... allowed) {
        TableSet set = plane.build(Policies.allowing(allowed), 1, new byte[32]);
        plane.flip(ifindex, set, SlotOptions.NONE);
        return set;
    }

    @Test
    void aDeniedConnectFailsAtOnceAndAnAllowedOnePasses() throws IOException {
        contain("10.77.0.1/32 " + PORT);
        assertTrue(job.attack("connect.py", "tcp", "10.77.0.1", "" + PORT).startsWith("OK"));
        refusedFast("tcp", "192.0.2.1", "ECONNREFUSED");
        refusedFast("tcp", "2001:db8::1", "ECONNREFUSED");
        refusedFast("udp", "192.0.2.1", "EHOSTUNREACH");
        refusedFast("udp", "2001:db8::1", "EACCES");
        assertEquals(0, other.received());
    }

    /** The best of five, because two cores are shared with whatever else runs here. */
    private void refusedFast(String kind, String address, String errno) {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            String[] said = job.attack("connect.py", kind, address, "443").split(" ", -1);
            assertEquals(errno, said[0], kind + " to " + address);
            best = Math.min(best, Long.parseLong(said[1]));
        }
        System.out.println("refused: " + kind + " " + address + " " + errno + " " + best + " us");
        assertTrue(best < BUDGET_MICROS, best + " us");
    }

    @Test
    void aFlipRevokesOneRunningConnectionAndKeepsTheOther() throws IOException {
        contain("10.77.0.1/32 " + PORT, "10.77.0.1/32 " + OTHER_PORT);
        Process revoked = job.start("stream.py", "10.77.0.1", "" + PORT);
        Process kept = job.start("stream.py", "10.77.0.1", "" + OTHER_PORT);
        try (BufferedReader said = revoked.inputReader();
                BufferedReader keptSaid = kept.inputReader()) {
            assertEquals("CONNECTED", said.readLine());
            assertEquals("CONNECTED", keptSaid.readLine());
            await(() -> server.received() > 3 && other.received() > 3);
            int program = plane.programId();

            flip("10.77.0.1/32 " + OTHER_PORT);

            assertEquals("ECONNRESET", said.readLine());
            long after = other.received();
            await(() -> other.received() > after + 10);
            assertTrue(kept.isAlive());
            assertEquals(program, plane.programId());
        } finally {
            revoked.destroyForcibly();
            kept.destroyForcibly();
        }
    }

    @Test
    void whatWasInForceOutlivesTheAgentAndIsAdopted() throws IOException {
        contain("10.77.0.1/32 " + PORT);
        int program = plane.programId();
        plane.close();

        refusedFast("tcp", "10.77.0.1", "ECONNREFUSED");
        assertTrue(job.attack("connect.py", "tcp", "10.77.0.1", "" + PORT).startsWith("OK"));

        plane = DataPlane.open(new DataPlaneConfig(PINS));
        assertTrue(plane.adopted());
        assertEquals(program, plane.programId());
        refusedFast("tcp", "10.77.0.1", "ECONNREFUSED");
        long denied = plane.telemetry().counters().getOrDefault(Reason.DENIED_BY_DEFAULT, 0L);
        assertTrue(denied >= 10, "counted while no agent lived: " + denied);
    }

    @Test
    void uninstallingLetsEverythingPass() throws IOException {
        contain("10.77.0.1/32 " + PORT);
        refusedFast("tcp", "10.77.0.1", "ECONNREFUSED");
        plane.uninstall();
        assertTrue(job.attack("connect.py", "tcp", "10.77.0.1", "" + OTHER_PORT).startsWith("OK"));
        plane = DataPlane.open(new DataPlaneConfig(PINS));
    }

    @Test
    void anAttachedInterfaceWithoutAPolicyPassesNothing() {
        plane.attach(JobNamespace.HOST_LINK, ifindex, Direction.INGRESS);
        assertTrue(job.attack("connect.py", "tcp", "10.77.0.1", "" + PORT).startsWith("TIMEOUT"));
        assertEquals(0, server.received());
    }

    @Test
    void auditModeLetsPassAndReports() throws IOException {
        plane.attach(JobNamespace.HOST_LINK, ifindex, Direction.INGRESS);
        TableSet set = plane.build(Policies.inMode(Policies.DENY_ALL, Mode.AUDIT), 1, new byte[32]);
        plane.flip(ifindex, set, SlotOptions.NONE);
        assertTrue(job.attack("connect.py", "tcp", "10.77.0.1", "" + PORT).startsWith("OK"));
        KernelEvent event = eventTo(PORT);
        assertEquals(Mode.AUDIT, event.mode());
        assertEquals(Reason.DENIED_BY_DEFAULT, event.reason());
    }

    @Test
    void theFirstPacketOfAFlowAndADenialAreEvents() throws IOException {
        TableSet set = contain("10.77.0.1/32 " + PORT);
        job.attack("connect.py", "tcp", "10.77.0.1", "" + PORT);
        KernelEvent allowed = eventTo(PORT);
        assertEquals(Reason.ALLOWED_BY_RULE, allowed.reason());
        assertEquals(1, allowed.rule());
        assertEquals(ifindex, allowed.ifindex());
        assertEquals(set.generation(), allowed.generation());
        assertEquals("/10.77.0.1", InetAddress.getByAddress(allowed.destination()).toString());
        assertEquals("/10.77.0.2", InetAddress.getByAddress(allowed.source()).toString());
        assertEquals(6, allowed.protocol());
        assertTrue(Math.abs(BootClock.nanos() - allowed.boottimeNanos()) < 30_000_000_000L);

        job.attack("connect.py", "tcp", "10.77.0.1", "" + OTHER_PORT);
        KernelEvent denied = eventTo(OTHER_PORT);
        assertEquals(Reason.DENIED_BY_DEFAULT, denied.reason());
        assertEquals(1, denied.packets());
        assertEquals(0, plane.telemetry().events().lost());
    }

    @Test
    void anAddressPassesFromTheMomentItIsLearned() throws IOException {
        TableSet set = contain("192.0.2.0/24 443");
        assertTrue(
                job.attack("connect.py", "tcp", "10.77.0.1", "" + PORT).startsWith("ECONNREFUSED"));
        int program = set.programFor(Policies.tcp(PORT));
        set.learn(
                List.of(
                        new LearnedAddress(
                                Policies.address("10.77.0.1"), program, Long.MAX_VALUE, 5)));
        assertTrue(job.attack("connect.py", "tcp", "10.77.0.1", "" + PORT).startsWith("OK"));
        set.forget(List.of(Policies.address("10.77.0.1")));
        assertTrue(
                job.attack("connect.py", "tcp", "10.77.0.1", "" + PORT).startsWith("ECONNREFUSED"));
    }

    @Test
    void onAnUplinkTheMachinesOwnConnectsFailAtOnce() throws IOException {
        Shell.run("ip route add 192.0.2.0/24 via 10.77.0.2");
        Shell.run("ip -6 route add 2001:db8::/64 via fd77::2");
        plane.attach(JobNamespace.HOST_LINK, ifindex, Direction.EGRESS);
        plane.permissions()
                .selfAddresses(
                        ifindex,
                        Set.of(
                                InetAddress.ofLiteral("10.77.0.1"),
                                InetAddress.ofLiteral("fd77::1")));
        flip("198.51.100.0/24 443");
        for (String address : List.of("192.0.2.1", "2001:db8::1", "10.77.0.2")) {
            long best = Long.MAX_VALUE;
            for (int i = 0; i < 5; i++) {
                best = Math.min(best, ownRefusal(address));
            }
            System.out.println("refused: uplink tcp " + address + " " + best + " us");
            assertTrue(best < BUDGET_MICROS, best + " us");
        }
    }

    private static long ownRefusal(String address) throws IOException {
        try (Socket socket = new Socket()) {
            long start = System.nanoTime();
            assertThrows(
                    ConnectException.class,
                    () -> socket.connect(new InetSocketAddress(address, 443), 3_000));
            return (System.nanoTime() - start) / 1_000;
        }
    }

    private KernelEvent eventTo(int port) {
        List<KernelEvent> events = new ArrayList<>();
        await(() -> {
            plane.telemetry().events().poll(Duration.ofMillis(50), events::add);
            return events.stream().anyMatch(event -> event.destinationPort() == port);
        });
        return events.stream()
                .filter(event -> event.destinationPort() == port)
                .findFirst()
                .orElseThrow();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "waited 60 s");
            LockSupport.parkNanos(100_000);
        }
    }
}
