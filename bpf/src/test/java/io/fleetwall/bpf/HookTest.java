package io.fleetwall.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How the program is hooked in, under the traffic of a job. */
@Timeout(240)
class HookTest {
    private static final Path PINS = Path.of("/sys/fs/bpf/hooks");
    private static final int FLIPS = 1_000;
    private static final int FOREIGN = 20;

    private JobTraffic traffic;
    private int ifindex;
    private DataPlane plane;

    @BeforeEach
    void beginsTraffic() throws IOException {
        traffic = new JobTraffic();
        ifindex = traffic.ifindex();
        plane = DataPlane.open(new DataPlaneConfig(PINS));
    }

    @AfterEach
    void takesItDown() throws IOException {
        plane.uninstall();
        traffic.close();
    }

    private List<TableSet> contain(Attachment.Hook hook) {
        plane.close();
        plane = DataPlane.open(new DataPlaneConfig(PINS, hook));
        plane.attach(JobNamespace.HOST_LINK, ifindex, Direction.INGRESS);
        List<TableSet> sets = new ArrayList<>();
        for (int revision = 1; revision <= 2; revision++) {
            sets.add(plane.build(JobTraffic.policy(), revision, new byte[32]));
        }
        plane.flip(ifindex, sets.getFirst(), SlotOptions.NONE);
        return sets;
    }

    @Test
    void aFilterOfClsactJudgesAndFlipsAsALinkDoes() throws Exception {
        List<TableSet> sets = contain(Attachment.Hook.CLSACT);
        assertTrue(
                Shell.run("tc filter show dev " + JobNamespace.HOST_LINK + " ingress")
                        .contains("fleetwall"));
        int program = plane.programId();
        assertTrue(traffic.connect(JobTraffic.TCP).startsWith("OK"));
        assertEquals("ECONNREFUSED", traffic.connect(JobTraffic.DENIED_TCP).split(" ", -1)[0]);
        traffic.during(() -> {
            for (int i = 0; i < FLIPS; i++) {
                plane.flip(ifindex, sets.get(i % 2), SlotOptions.NONE);
            }
        });
        assertEquals(program, plane.programId());
        TableSet nothing = plane.build(Policies.DENY_ALL, 3, new byte[32]);
        plane.flip(ifindex, nothing, SlotOptions.NONE);
        assertFalse(traffic.connect(JobTraffic.TCP).startsWith("OK"));
    }

    @Test
    void whatIsPutBeforeOursIsPassedAgainWithoutAPacketUnjudged() throws Exception {
        contain(Attachment.Hook.TCX);
        AtomicBoolean done = new AtomicBoolean();
        try (FileDescriptor other = inboundProgram()) {
            List<Integer> alone = List.of(ProgramInfo.of(other.number()).id());
            CompletableFuture<Long> unjudged =
                    CompletableFuture.supplyAsync(() -> timesSeen(alone, done));
            traffic.during(() -> {
                for (int i = 0; i < FOREIGN; i++) {
                    putBeforeAndRepair(other);
                }
            });
            done.set(true);
            assertEquals(0, unjudged.get(60, TimeUnit.SECONDS));
        }
        plane.close();
        plane = DataPlane.open(new DataPlaneConfig(PINS));
        assertEquals(AttachmentState.INTACT, plane.attached(ifindex));
    }

    private void putBeforeAndRepair(FileDescriptor other) {
        try (FileDescriptor _ = Links.create(other.number(), ifindex, Direction.INGRESS)) {
            assertEquals(AttachmentState.NOT_FIRST, plane.attached(ifindex));
            assertEquals(AttachmentState.INTACT, plane.repair(ifindex));
            assertEquals(2, TcxChain.of(ifindex, Direction.INGRESS).size());
        }
    }

    /** How often the interface had these programs and no other. */
    private long timesSeen(List<Integer> programs, AtomicBoolean done) {
        long times = 0;
        while (!done.get()) {
            times += TcxChain.of(ifindex, Direction.INGRESS).equals(programs) ? 1 : 0;
        }
        return times;
    }

    /** Stands for somebody else's: it lets everything pass. */
    private static FileDescriptor inboundProgram() {
        String path =
                PINS.resolve("v" + KernelObject.LAYOUT_VERSION)
                        .resolve(LoadedPrograms.INBOUND_PIN)
                        .toString();
        try (Arena arena = Arena.ofConfined()) {
            return new FileDescriptor((int) Libbpf.OBJ_GET.require(path, arena.allocateFrom(path)));
        }
    }
}
