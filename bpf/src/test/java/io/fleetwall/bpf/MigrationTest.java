package io.fleetwall.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.compiled.Outcome;
import io.fleetwall.policy.compiled.PortProgram;
import io.fleetwall.policy.document.PortClass;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * An agent with another layout takes over from this one while a job sends without a pause. The
 * layout is the same; what matters is that nothing of the older directory is read but its links.
 */
@Timeout(120)
class MigrationTest {
    private static final Path PINS = Path.of("/sys/fs/bpf/migration");
    private static final int OLD = KernelObject.LAYOUT_VERSION;
    private static final int NEW = OLD + 1;
    private static final int TCP = 8443;
    private static final int DENIED_TCP = 8444;
    private static final int UDP = 9001;
    private static final int DENIED_UDP = 9002;
    private static final String HOST = "10.77.0.1";
    private static final int SOME = 100;

    private JobNamespace job;
    private int ifindex;
    private DataPlane plane;
    private EchoServer echo;
    private EchoServer deniedEcho;
    private DatagramSink sink;
    private DatagramSink deniedSink;

    @BeforeEach
    void anOldAgentProtects() throws IOException {
        job = new JobNamespace();
        ifindex = Interfaces.indexOf(JobNamespace.HOST_LINK);
        echo = new EchoServer(HOST, TCP);
        deniedEcho = new EchoServer(HOST, DENIED_TCP);
        sink = new DatagramSink(HOST, UDP);
        deniedSink = new DatagramSink(HOST, DENIED_UDP);
        plane = open(OLD);
        attach();
        flip();
    }

    @AfterEach
    void takesItDown() throws IOException {
        plane.uninstall();
        assertFalse(Files.exists(PINS), "whatever versions there were");
        echo.close();
        deniedEcho.close();
        sink.close();
        deniedSink.close();
        job.close();
    }

    private static DataPlane open(int version) {
        return DataPlane.open(new DataPlaneConfig(PINS), version);
    }

    private void attach() {
        plane.attach(JobNamespace.HOST_LINK, ifindex, Direction.INGRESS);
    }

    private void flip() {
        plane.flip(ifindex, plane.build(policy(), 1, new byte[32]), SlotOptions.NONE);
    }

    /** As SIGKILL would: nothing is undone, nothing is finished. */
    private void dieAndBecome(int version) {
        plane.close();
        plane = open(version);
    }

    private static CompiledPolicy policy() {
        TreeMap<Integer, Integer> steps = new TreeMap<>(Map.of(0, Outcome.NONE));
        for (int key : List.of(PortClass.TCP.key(TCP), PortClass.UDP.key(UDP))) {
            steps.put(key, Outcome.of(Outcome.Effect.ALLOW, 1));
            steps.put(key + 1, Outcome.NONE);
        }
        int[] starts = steps.keySet().stream().mapToInt(Integer::intValue).toArray();
        int[] outcomes = steps.values().stream().mapToInt(Integer::intValue).toArray();
        return Policies.of(
                List.of(new PortProgram(starts, outcomes)), List.of(Policies.network(HOST, 32, 0)));
    }

    /** Runs a migration under traffic; every allowed packet arrives, no other does. */
    private void underTraffic(Runnable migration) throws Exception {
        Process stream = job.start("stream.py", HOST, "" + TCP);
        Process sender = job.start("numbered.py", HOST, "" + UDP, "" + DENIED_UDP, "" + DENIED_TCP);
        try (BufferedReader streamed = stream.inputReader(StandardCharsets.UTF_8);
                BufferedReader said = sender.inputReader(StandardCharsets.UTF_8)) {
            assertEquals("CONNECTED", streamed.readLine());
            assertEquals("BEGUN", said.readLine());
            someMore();
            migration.run();
            someMore();
            sender.getOutputStream().write('\n');
            sender.getOutputStream().close();
            String[] counts = said.readLine().split(" ", -1);
            int sent = Integer.parseInt(counts[0]);
            await(() -> sink.received() == sent);
            assertEquals("0", counts[1], "connections to a denied port");
            assertEquals(0, deniedSink.received());
            assertEquals(0, deniedEcho.received());
            assertTrue(stream.isAlive(), "the running connection goes on");
        } finally {
            stream.destroyForcibly().waitFor();
            sender.destroyForcibly().waitFor();
        }
    }

    private void someMore() {
        int datagrams = sink.received() + SOME;
        long bytes = echo.received() + SOME;
        await(() -> sink.received() >= datagrams && echo.received() >= bytes);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "did not come true");
            Thread.onSpinWait();
        }
    }

    private static boolean stands(int version) {
        return Files.exists(PINS.resolve("v" + version));
    }

    @Test
    void aNewerLayoutTakesOverWithoutAWronglyJudgedPacket() throws Exception {
        int before = plane.programId();
        underTraffic(() -> {
            dieAndBecome(NEW);
            assertFalse(plane.adopted());
            attach();
            assertEquals(AttachmentState.INTACT, plane.attached(ifindex), "the old one judges");
            someMore();
            assertTrue(stands(OLD));
            flip();
            assertFalse(stands(OLD));
        });
        assertNotEquals(before, plane.programId());
        assertEquals(AttachmentState.INTACT, plane.attached(ifindex));
        dieAndBecome(NEW);
        assertTrue(plane.adopted());
        assertEquals(AttachmentState.INTACT, plane.attached(ifindex));
    }

    @Test
    void whoDiesBetweenIsFollowedByOneWhoGoesOn() throws Exception {
        underTraffic(() -> {
            dieAndBecome(NEW);
            dieAndBecome(NEW);
            attach();
            someMore();
            dieAndBecome(NEW);
            assertTrue(stands(OLD), "still the only one that judges");
            someMore();
            attach();
            flip();
            assertFalse(stands(OLD));
        });
    }

    /** The link of the older layout is hooked in again, as one that nobody came to remove. */
    @Test
    void whoDiesWhileBothJudgeIsFollowedByOneWhoRemovesTheOlder() throws Exception {
        underTraffic(() -> {
            try (FileDescriptor older = program(OLD)) {
                dieAndBecome(NEW);
                attach();
                flip();
                plane.close();
                try (PinDirectory pins = PinDirectory.open(PINS, NEW);
                        Links links = new Links(pins.sibling(OLD), Links.DIRECTORY)) {
                    links.attach(older.number(), ifindex, Direction.INGRESS);
                }
            }
            assertTrue(stands(OLD));
            someMore();
            plane = open(NEW);
            assertFalse(stands(OLD));
            assertEquals(AttachmentState.INTACT, plane.attached(ifindex));
            someMore();
        });
    }

    private static FileDescriptor program(int version) {
        String path = PINS.resolve("v" + version).resolve(LoadedPrograms.JUDGE_PIN).toString();
        try (Arena arena = Arena.ofConfined()) {
            return new FileDescriptor((int) Libbpf.OBJ_GET.require(path, arena.allocateFrom(path)));
        }
    }

    @Test
    void anInterfaceWhoseOldFilterIsRemovedMeanwhileIsClosedAtOnce() {
        dieAndBecome(NEW);
        attach();
        Shell.run("rm -r " + PINS.resolve("v" + OLD).resolve("links"));
        await(() -> plane.attached(ifindex) == AttachmentState.DETACHED);
        assertEquals(AttachmentState.INTACT, plane.repair(ifindex));
        String said = job.attack("connect.py", "tcp", HOST, "" + TCP);
        assertFalse(said.startsWith("OK"), said);
        flip();
        assertTrue(job.attack("connect.py", "tcp", HOST, "" + TCP).startsWith("OK"));
    }

    @Test
    void anOlderAgentRefusesWhatANewerOneMade() {
        dieAndBecome(NEW);
        attach();
        flip();
        plane.close();
        BpfException refused = assertThrows(BpfException.class, () -> open(OLD));
        assertTrue(refused.hint().contains("newer agent"), refused.getMessage());
        plane = open(NEW);
        assertTrue(plane.adopted());
        assertEquals(AttachmentState.INTACT, plane.attached(ifindex));
    }

    @Test
    void uninstallInTheMiddleRemovesBoth() {
        dieAndBecome(NEW);
        attach();
        plane.uninstall();
        assertFalse(Files.exists(PINS));
        assertTrue(job.attack("connect.py", "tcp", HOST, "" + DENIED_TCP).startsWith("OK"));
        plane = open(NEW);
    }
}
