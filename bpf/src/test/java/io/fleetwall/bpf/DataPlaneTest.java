package io.fleetwall.bpf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.compiled.NetworkEntry;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.verdict.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DataPlaneTest {
    private static final Path PINS = Path.of("/sys/fs/bpf/fleetwall-test");
    private static final byte[] DIGEST = HexFormat.of().parseHex("ab".repeat(32));

    private DataPlane plane;
    private int ifindex;

    @BeforeEach
    void installs() {
        Shell.run("ip link add fw0 type veth peer name fw1");
        Shell.run("ip link set fw0 up");
        ifindex = Interfaces.indexOf("fw0");
        plane = open();
    }

    @AfterEach
    void uninstalls() {
        Shell.run("ip link del fw0");
        plane.uninstall();
    }

    private static DataPlane open() {
        return DataPlane.open(new DataPlaneConfig(PINS));
    }

    @Test
    void aSecondAgentOnTheSameDirectoryIsRefusedWithAHint() {
        BpfException refused = assertThrows(BpfException.class, DataPlaneTest::open);
        assertEquals(Errno.EAGAIN, refused.errno());
        assertTrue(refused.hint().contains("another agent"), refused.getMessage());
    }

    @Test
    void aDirectoryThatIsNotOnBpffsIsRefusedWithTheMountCommand() {
        BpfException refused =
                assertThrows(
                        BpfException.class,
                        () -> DataPlane.open(new DataPlaneConfig(Path.of("/run/fleetwall"))));
        assertTrue(refused.hint().contains("mount -t bpf"), refused.getMessage());
    }

    @Test
    void closingLeavesEverythingInForceAndOpeningAdoptsTheSameProgram() {
        Attachment attachment = plane.attach("fw0", ifindex, Direction.EGRESS);
        TableSet set = plane.build(Policies.allowTcp("192.0.2.0", 24, 443), 7, DIGEST);
        SlotState flipped = plane.flip(ifindex, set, SlotOptions.of(SlotOptions.Flag.DNS_REDIRECT));
        byte[] learnedAddress = Policies.address("198.51.100.9");
        set.learn(List.of(new LearnedAddress(learnedAddress, 0, Long.MAX_VALUE, 3)));
        TableSet garbage = plane.build(Policies.DENY_ALL, 8, DIGEST);
        int id = plane.programId();
        assertFalse(plane.adopted());

        plane.close();
        plane = open();

        assertTrue(plane.adopted());
        assertEquals(id, plane.programId());
        assertEquals(List.of(attachment), plane.attachments());
        SlotState adopted = plane.slot(ifindex).orElseThrow();
        assertEquals(flipped.word(), adopted.word());
        assertEquals(7, adopted.revision());
        assertArrayEquals(DIGEST, adopted.digest());
        assertEquals(Mode.ENFORCE, adopted.mode());
        assertEquals(1, plane.tableSets().size(), "garbage was released");
        TableSet same = plane.tableSets().getFirst();
        assertEquals(set.generation(), same.generation());
        assertEquals(1, same.networks());
        assertEquals(0, same.programFor(Policies.tcp(443)), "known programs are known again");
        assertEquals(1, same.programFor(Policies.tcp(80)));
        assertArrayEquals(learnedAddress, same.learned().getFirst().address());
        assertTrue(
                plane.build(Policies.DENY_ALL, 9, DIGEST).generation() > garbage.generation(),
                "a generation is never given twice");
    }

    @Test
    void anotherProgramTakesThePlaceOfThePinnedOneBehindTheSameLinks() {
        Attachment attachment = plane.attach("fw0", ifindex, Direction.EGRESS);
        TableSet set = plane.build(Policies.DENY_ALL, 1, DIGEST);
        SlotState inForce = plane.flip(ifindex, set, SlotOptions.NONE);
        int id = plane.programId();
        plane.close();
        try (PinDirectory pins = PinDirectory.open(PINS);
                BpfMap build = new BpfMap("build", pins.require("build"))) {
            BuildRecord record = new BuildRecord(build);
            record.complete(new byte[32], record.tags());
        }

        plane = open();

        assertTrue(plane.adopted());
        assertNotEquals(id, plane.programId());
        assertEquals(List.of(attachment), plane.attachments());
        assertEquals(inForce.word(), plane.slot(ifindex).orElseThrow().word());
        int replacing = plane.programId();
        plane.close();
        try (PinDirectory pins = PinDirectory.open(PINS)) {
            assertEquals(
                    List.of(new Links.Pinned(ifindex, Direction.EGRESS, replacing)),
                    new Links(pins, Links.DIRECTORY).pinned());
        }
        plane = open();
        assertEquals(replacing, plane.programId(), "and is adopted like any other");
    }

    @Test
    void aPinOfAnotherProgramIsNotAdopted() {
        plane.close();
        try (PinDirectory pins = PinDirectory.open(PINS);
                BpfMap build = new BpfMap("build", pins.require("build"))) {
            BuildRecord record = new BuildRecord(build);
            BuildRecord.Tags other =
                    new BuildRecord.Tags("0123456789abcdef", record.tags().inbound());
            record.complete(record.object(), other);
        }
        BpfException refused = assertThrows(BpfException.class, DataPlaneTest::open);
        assertTrue(refused.hint().contains("another program"), refused.getMessage());
        try (PinDirectory pins = PinDirectory.open(PINS)) {
            pins.removeAll();
        }
        plane = open();
    }

    @Test
    void attachingTwiceIsOneAttachmentAndTheOtherDirectionIsRefused() {
        Attachment first = plane.attach("fw0", ifindex, Direction.EGRESS);
        assertEquals(first, plane.attach("fw0", ifindex, Direction.EGRESS));
        assertThrows(
                IllegalStateException.class, () -> plane.attach("fw0", ifindex, Direction.INGRESS));
        assertEquals(1, plane.attachments().size());
    }

    @Test
    void aTableSetInForceCannotBeReleased() {
        plane.attach("fw0", ifindex, Direction.EGRESS);
        TableSet set = plane.build(Policies.DENY_ALL, 1, DIGEST);
        plane.flip(ifindex, set, SlotOptions.NONE);
        assertThrows(IllegalStateException.class, () -> plane.release(set));
        plane.detach(ifindex);
        plane.release(set);
        assertEquals(List.of(), plane.tableSets());
        assertThrows(IllegalStateException.class, set::learned);
    }

    /** Networks enough for a build of many milliseconds. */
    private static CompiledPolicy large() {
        List<NetworkEntry> networks = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            networks.add(Policies.network("10." + i / 256 + "." + i % 256 + ".0", 24, 0));
        }
        return Policies.of(List.of(Policies.tcp(443)), networks);
    }

    @Test
    void othersFlipWhileATableSetIsBuiltAndReleased() throws Exception {
        plane.attach("fw0", ifindex, Direction.EGRESS);
        TableSet one = plane.build(Policies.DENY_ALL, 1, DIGEST);
        CompiledPolicy large = large();
        CompletableFuture<TableSet> built = new CompletableFuture<>();
        Thread.ofPlatform()
                .start(() -> {
                    plane.release(plane.build(large, 2, DIGEST));
                    built.complete(plane.build(large, 3, DIGEST));
                });
        int flips = 0;
        while (!built.isDone()) {
            plane.flip(ifindex, one, SlotOptions.NONE);
            flips++;
        }
        assertEquals(20_000, built.get().networks());
        assertEquals(2, plane.tableSets().size());
        assertTrue(flips > 1_000, "only " + flips + " flips");
    }

    @Test
    void closingWaitsForWhatIsBeingBuilt() throws Exception {
        CompiledPolicy large = large();
        CompletableFuture<TableSet> built = beginning(large);
        while (!isCaught(built)) {
            built = beginning(large);
        }
        plane.close();
        assertEquals(20_000, built.get(60, TimeUnit.SECONDS).networks());
        plane = open();
        assertEquals(List.of(), plane.tableSets(), "no slot points at it");
    }

    private CompletableFuture<TableSet> beginning(CompiledPolicy policy) {
        CompletableFuture<TableSet> built = new CompletableFuture<>();
        DataPlane busy = plane;
        Thread.ofPlatform().start(() -> built.complete(busy.build(policy, 1, DIGEST)));
        return built;
    }

    /** Whether it is being built; not when that was over before anybody looked. */
    private boolean isCaught(CompletableFuture<TableSet> built) {
        while (!plane.building() && !built.isDone()) {
            Thread.onSpinWait();
        }
        return plane.building();
    }

    @Test
    void everyTableIsPinnedAsLongAsItsSetLives() throws IOException {
        plane.attach("fw0", ifindex, Direction.EGRESS);
        TableSet released = plane.build(Policies.DENY_ALL, 1, DIGEST);
        TableSet inForce = plane.build(Policies.DENY_ALL, 2, DIGEST);
        plane.flip(ifindex, inForce, SlotOptions.NONE);
        assertEquals(6, tablePins().size());
        plane.release(released);
        List<Path> kept = tablePins();
        assertEquals(3, kept.size());
        plane.build(Policies.DENY_ALL, 3, DIGEST);
        plane.close();
        Files.delete(kept.getFirst());
        plane = open();
        assertEquals(kept, tablePins(), "garbage has none, and a missing one comes back");
    }

    private static List<Path> tablePins() throws IOException {
        try (Stream<Path> pins =
                Files.list(PINS.resolve("v" + KernelObject.LAYOUT_VERSION).resolve("tables"))) {
            return pins.sorted().toList();
        }
    }

    @Test
    void anInterfaceThatWentIsLetGoOnAdoption() {
        plane.attach("fw0", ifindex, Direction.EGRESS);
        plane.flip(ifindex, plane.build(Policies.DENY_ALL, 1, DIGEST), SlotOptions.NONE);
        plane.close();
        Shell.run("ip link del fw0");
        plane = open();
        assertEquals(List.of(), plane.attachments());
        assertEquals(List.of(), plane.tableSets(), "its table set is garbage too");
        Shell.run("ip link add fw0 type veth peer name fw1");
    }

    @Test
    void uninstallRemovesEveryPin() {
        plane.attach("fw0", ifindex, Direction.EGRESS);
        plane.uninstall();
        assertFalse(Files.exists(PINS));
        plane = open();
    }

    @Test
    void anUnknownInterfaceIsNamedInTheError() {
        BpfException unknown =
                assertThrows(BpfException.class, () -> Interfaces.indexOf("nosuch0"));
        assertEquals(Errno.ENODEV, unknown.errno());
        assertEquals("nosuch0", unknown.subject());
    }

    @Test
    void theAgentsControlGroupPassesAnUplinkWhateverThePolicyAndNoOtherDoes() {
        plane.attach("fw0", ifindex, Direction.EGRESS);
        plane.flip(ifindex, plane.build(Policies.DENY_ALL, 1, DIGEST), SlotOptions.NONE);
        long mine = 1; // the root group, which this process is in: only here, never in an agent
        for (String target : List.of("tcp:443", "udp:53", "tcp:853")) {
            byte[] frame = FrameText.bytes("eth ip4:192.0.2.1 " + target);
            plane.permissions().agent(mine);
            assertEquals(TestRun.Action.PASS, run(frame));
            plane.permissions().agent(mine + 1);
            assertNotEquals(TestRun.Action.PASS, run(frame));
            plane.permissions().agent(0);
            assertNotEquals(TestRun.Action.PASS, run(frame));
        }
        assertEquals(3, plane.telemetry().counters().get(Reason.ALLOWED_AGENT));
    }

    @Test
    void theAgentsControlGroupIsNothingWhereAContainerSends() {
        plane.attach("fw0", ifindex, Direction.INGRESS);
        plane.flip(ifindex, plane.build(Policies.DENY_ALL, 1, DIGEST), SlotOptions.NONE);
        plane.permissions().agent(1);
        assertNotEquals(TestRun.Action.PASS, run(FrameText.bytes("eth ip4:192.0.2.1 tcp:443")));
    }

    private TestRun.Action run(byte[] frame) {
        return plane.tests().run(ifindex, frame, LinkKind.ETHERNET).action();
    }
}
