package io.fleetwall.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * An agent with another layout takes over from this one while a job sends without a pause. The
 * layout is the same; what matters is that nothing of the older directory is read but its links.
 */
@Timeout(240)
class MigrationTest {
    private static final Path PINS = Path.of("/sys/fs/bpf/migration");
    private static final int OLD = KernelObject.LAYOUT_VERSION;
    private static final int NEW = OLD + 1;

    private JobTraffic traffic;
    private int ifindex;
    private DataPlane plane;

    @BeforeEach
    void anOldAgentProtects() throws IOException {
        traffic = new JobTraffic();
        ifindex = traffic.ifindex();
        plane = open(OLD);
        attach();
        flip();
    }

    @AfterEach
    void takesItDown() throws IOException {
        plane.uninstall();
        assertFalse(Files.exists(PINS), "whatever versions there were");
        traffic.close();
    }

    private static DataPlane open(int version) {
        return DataPlane.open(new DataPlaneConfig(PINS), version);
    }

    private void attach() {
        plane.attach(JobNamespace.HOST_LINK, ifindex, Direction.INGRESS);
    }

    private void flip() {
        plane.flip(ifindex, plane.build(JobTraffic.policy(), 1, new byte[32]), SlotOptions.NONE);
    }

    /** As SIGKILL would: nothing is undone, nothing is finished. */
    private void dieAndBecome(int version) {
        plane.close();
        plane = open(version);
    }

    private static boolean stands(int version) {
        return Files.exists(PINS.resolve("v" + version));
    }

    @Test
    void aNewerLayoutTakesOverWithoutAWronglyJudgedPacket() throws Exception {
        int before = plane.programId();
        traffic.during(() -> {
            dieAndBecome(NEW);
            assertFalse(plane.adopted());
            attach();
            assertEquals(AttachmentState.INTACT, plane.attached(ifindex), "the old one judges");
            traffic.someMore();
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
        traffic.during(() -> {
            dieAndBecome(NEW);
            dieAndBecome(NEW);
            attach();
            traffic.someMore();
            dieAndBecome(NEW);
            assertTrue(stands(OLD), "still the only one that judges");
            traffic.someMore();
            attach();
            flip();
            assertFalse(stands(OLD));
        });
    }

    /** The link of the older layout is hooked in again, as one that nobody came to remove. */
    @Test
    void whoDiesWhileBothJudgeIsFollowedByOneWhoRemovesTheOlder() throws Exception {
        traffic.during(() -> {
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
            traffic.someMore();
            plane = open(NEW);
            assertFalse(stands(OLD));
            assertEquals(AttachmentState.INTACT, plane.attached(ifindex));
            traffic.someMore();
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
        JobTraffic.await(() -> plane.attached(ifindex) == AttachmentState.DETACHED);
        assertEquals(AttachmentState.INTACT, plane.repair(ifindex));
        String said = traffic.connect(JobTraffic.TCP);
        assertFalse(said.startsWith("OK"), said);
        flip();
        assertTrue(traffic.connect(JobTraffic.TCP).startsWith("OK"));
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
        assertTrue(traffic.connect(JobTraffic.DENIED_TCP).startsWith("OK"));
        plane = open(NEW);
    }
}
