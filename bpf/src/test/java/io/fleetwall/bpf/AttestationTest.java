package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What root can do to an attachment behind the agent's back: seen, and undone in the same slot. */
@Timeout(180)
class AttestationTest {
    private static final Path PINS = Path.of("/sys/fs/bpf/attestation");
    private static final Path VERSION = PINS.resolve("v" + KernelObject.LAYOUT_VERSION);

    private DataPlane plane;
    private int ifindex;
    private long word;

    @BeforeEach
    void attachesAnUplink() {
        Shell.run("ip link add fw0 type veth peer name fw1");
        Shell.run("ip link set fw0 up");
        ifindex = Interfaces.indexOf("fw0");
        install(Attachment.Hook.TCX);
    }

    @AfterEach
    void uninstalls() {
        plane.uninstall();
        Shell.run("ip link del fw0");
    }

    private void install(Attachment.Hook hook) {
        plane = DataPlane.open(new DataPlaneConfig(PINS, hook));
        plane.attach("fw0", ifindex, Direction.EGRESS);
        TableSet set = plane.build(Policies.allowTcp("192.0.2.0", 24, 443), 1, new byte[32]);
        word = plane.flip(ifindex, set, SlotOptions.NONE).word();
        assertEquals(AttachmentState.INTACT, plane.attached(ifindex));
    }

    private void seenAndRepaired(AttachmentState state) {
        await(state);
        assertEquals(AttachmentState.INTACT, plane.repair(ifindex));
        assertEquals(AttachmentState.INTACT, plane.attached(ifindex));
        assertEquals(word, plane.slot(ifindex).orElseThrow().word());
    }

    private void await(AttachmentState state) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (plane.attached(ifindex) != state) {
            assertTrue(System.nanoTime() < deadline, "is " + plane.attached(ifindex));
            Thread.onSpinWait();
        }
    }

    private static FileDescriptor pinned(String name) {
        try (Arena arena = Arena.ofConfined()) {
            String path = VERSION.resolve(name).toString();
            return new FileDescriptor((int) Libbpf.OBJ_GET.require(path, arena.allocateFrom(path)));
        }
    }

    @Test
    void aRemovedPinDetachesNothingAndIsPinnedAgain() throws IOException {
        Path pin = VERSION.resolve("links/" + ifindex + "_egress");
        Files.delete(pin);
        seenAndRepaired(AttachmentState.UNPINNED);
        assertTrue(Files.exists(pin));
    }

    @Test
    void anAdoptedLinkIsHeldLikeOneOfItsOwn() throws IOException {
        plane.close();
        plane = DataPlane.open(new DataPlaneConfig(PINS));
        Files.delete(VERSION.resolve("links/" + ifindex + "_egress"));
        seenAndRepaired(AttachmentState.UNPINNED);
    }

    @Test
    void aLinkDetachedBehindItsPinIsRepaired() {
        try (FileDescriptor link = pinned("links/" + ifindex + "_egress")) {
            Libbpf.LINK_DETACH.require("link", link.number());
        }
        seenAndRepaired(AttachmentState.DETACHED);
    }

    @Test
    void anotherProgramBehindTheLinkIsRepaired() {
        try (FileDescriptor link = pinned("links/" + ifindex + "_egress");
                FileDescriptor other = pinned(LoadedPrograms.INBOUND_PIN)) {
            Libbpf.LINK_UPDATE.require("link", link.number(), other.number(), MemorySegment.NULL);
        }
        seenAndRepaired(AttachmentState.OTHER_PROGRAM);
    }

    @Test
    void aProgramPutBeforeOursIsRepaired() {
        plane.close();
        try (PinDirectory pins = PinDirectory.open(PINS);
                FileDescriptor other = pinned(LoadedPrograms.INBOUND_PIN)) {
            new Links(pins, "foreign").attach(other.number(), ifindex, Direction.EGRESS);
        }
        plane = DataPlane.open(new DataPlaneConfig(PINS));
        seenAndRepaired(AttachmentState.NOT_FIRST);
    }

    @Test
    void anEntryThatLeadsElsewhereIsRepaired() {
        try (BpfMap runners = new BpfMap("runners", pinned("runners"));
                Arena arena = Arena.ofConfined()) {
            MemorySegment word = arena.allocate(JAVA_LONG);
            int place = ifindex & (runners.info().maxEntries() - 1);
            assertTrue(runners.lookup(place, word));
            word.set(JAVA_LONG, 0, word.get(JAVA_LONG, 0) + (1 << 16));
            runners.update(place, word);
            seenAndRepaired(AttachmentState.OTHER_ENTRY);
            word.set(JAVA_LONG, 0, 0);
            runners.update(place, word);
        }
        seenAndRepaired(AttachmentState.OTHER_ENTRY);
    }

    @Test
    void aDetachedCompanionIsRepaired() throws IOException {
        Files.delete(VERSION.resolve("inbound/" + ifindex + "_ingress"));
        seenAndRepaired(AttachmentState.INBOUND_DETACHED);
    }

    @Test
    void anInterfaceThatWentIsDetached() {
        Shell.run("ip link del fw0");
        await(AttachmentState.DETACHED);
        plane.detach(ifindex);
        assertEquals(List.of(), plane.attachments());
        Shell.run("ip link add fw0 type veth peer name fw1");
    }

    @Test
    void asAFilterOfClsactItIsAdoptedSeenAndRepaired() {
        plane.uninstall();
        install(Attachment.Hook.CLSACT);
        int program = plane.programId();
        plane.close();
        String filters = Shell.run("tc filter show dev fw0 egress");
        assertTrue(filters.contains("fleetwall"), filters);

        plane = DataPlane.open(new DataPlaneConfig(PINS, Attachment.Hook.CLSACT));
        assertTrue(plane.adopted());
        assertEquals(program, plane.programId());
        assertEquals(Attachment.Hook.CLSACT, plane.attachments().getFirst().hook());
        assertEquals(word, plane.slot(ifindex).orElseThrow().word());
        assertEquals(AttachmentState.INTACT, plane.attached(ifindex));

        Shell.run("tc qdisc del dev fw0 clsact");
        seenAndRepaired(AttachmentState.DETACHED);
        Shell.run("tc filter del dev fw0 ingress");
        seenAndRepaired(AttachmentState.INBOUND_DETACHED);
        plane.uninstall();
        assertEquals("", Shell.run("tc filter show dev fw0 egress").strip());
        assertEquals("", Shell.run("tc filter show dev fw0 ingress").strip());
        install(Attachment.Hook.TCX);
    }

    @Test
    void portsThatMayBeCalledAreKeptOverARestartAndGoWithTheInterface() {
        Set<InboundPort> ports =
                Set.of(
                        new InboundPort(InboundPort.Protocol.TCP, 22),
                        new InboundPort(InboundPort.Protocol.UDP, 65_535));
        plane.permissions().inbound(ifindex, ports);
        plane.close();
        plane = DataPlane.open(new DataPlaneConfig(PINS));
        assertEquals(ports, plane.permissions().inbound(ifindex));
        plane.detach(ifindex);
        plane.attach("fw0", ifindex, Direction.EGRESS);
        assertEquals(Set.of(), plane.permissions().inbound(ifindex));
        assertEquals(Optional.empty(), plane.slot(ifindex));
    }
}
