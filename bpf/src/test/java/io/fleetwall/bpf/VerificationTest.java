package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.compiled.NetworkEntry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What root can do to the tables behind the agent's back. */
class VerificationTest {
    private static final Path PINS = Path.of("/sys/fs/bpf/verification");
    private static final Duration BUDGET = Duration.ofSeconds(30);
    private static final CompiledPolicy POLICY =
            Policies.allowing("192.0.2.0/24 443", "198.51.100.7/32 22");

    private DataPlane plane;
    private TableSet set;

    @BeforeEach
    void builds() {
        Shell.run("ip link add fw0 type veth peer name fw1");
        plane = DataPlane.open(new DataPlaneConfig(PINS));
        set = plane.build(POLICY, 1, new byte[32]);
        set.learn(List.of(address("198.18.0.1"), address("2001:db8::1")));
        assertEquals(List.of(), verify());
    }

    @AfterEach
    void uninstalls() {
        plane.uninstall();
        Shell.run("ip link del fw0");
    }

    private static LearnedAddress address(String text) {
        return new LearnedAddress(Policies.address(text), 0, 1_000_000, 3);
    }

    private List<String> verify() {
        return plane.verify(set, BUDGET).differences();
    }

    private static BpfMap outer(String name) {
        try (Arena arena = Arena.ofConfined()) {
            String path = PINS + "/v" + KernelObject.LAYOUT_VERSION + "/" + name;
            long fd = Libbpf.OBJ_GET.require(path, arena.allocateFrom(path));
            return new BpfMap(name, new FileDescriptor((int) fd));
        }
    }

    /** The same table, through a descriptor of its own. */
    private static BpfMap table(String outer, int index) {
        try (Arena arena = Arena.ofConfined()) {
            try (BpfMap map = outer(outer)) {
                MemorySegment id = arena.allocate(JAVA_INT);
                assertTrue(map.lookup(index, id));
                long inner = Libbpf.MAP_GET_FD_BY_ID.require(outer, id.get(JAVA_INT, 0));
                return new BpfMap(outer, new FileDescriptor((int) inner));
            }
        }
    }

    @Test
    void anAddedAddressIsSeen() {
        try (BpfMap learned = table("learned_tables", set.index());
                Arena arena = Arena.ofConfined()) {
            learned.update(
                    arena.allocateFrom(
                            java.lang.foreign.ValueLayout.JAVA_BYTE,
                            Policies.address("203.0.113.9")),
                    arena.allocate(Layouts.LEARNED));
        }
        assertEquals(List.of("203.0.113.9 was added to the learned addresses"), verify());
        set.forget(List.of(Policies.address("203.0.113.9")));
        assertEquals(List.of(), verify());
    }

    @Test
    void whatAFullTableDidNotTakeWasNotTold() {
        List<LearnedAddress> tooMany = new ArrayList<>();
        for (int i = 0; i < 132_000; i++) {
            byte[] bytes = ByteBuffer.allocate(16).putInt(0x20010db8).putInt(12, i).array();
            tooMany.add(new LearnedAddress(bytes, 0, 2_000_000, 3));
        }

        assertThrows(BpfException.class, () -> set.learn(tooMany));
        assertThrows(BpfException.class, () -> set.learn(List.of(tooMany.getLast())));

        assertNull(set.told(tooMany.getLast().address()));
        assertNotNull(set.told(tooMany.get(100_000).address()));
        assertEquals(set.learned().size(), set.toldSize());
        set.learn(List.of(new LearnedAddress(tooMany.getFirst().address(), 0, 9, 3)));
        assertEquals(1, set.toldUntil(10).size());
    }

    @Test
    void anAddressThatLivesLongerIsSeen() {
        try (BpfMap learned = table("learned_tables", set.index());
                Arena arena = Arena.ofConfined()) {
            MemorySegment key =
                    arena.allocateFrom(
                            java.lang.foreign.ValueLayout.JAVA_BYTE,
                            Policies.address("198.18.0.1"));
            MemorySegment value = arena.allocate(Layouts.LEARNED);
            assertTrue(learned.lookup(key, value));
            value.set(java.lang.foreign.ValueLayout.JAVA_LONG, 0, Long.MAX_VALUE);
            learned.update(key, value);
        }
        assertEquals(List.of("198.18.0.1 was changed among the learned addresses"), verify());
    }

    @Test
    void theNetworksCannotBeChangedByAnyone() {
        List<NetworkEntry> everything = List.of(new NetworkEntry(new byte[16], 0, 0));
        TableSet empty = plane.build(Policies.DENY_ALL, 2, new byte[32]);
        for (TableSet built : List.of(set, empty)) {
            try (BpfMap networks = table("net_tables", built.index());
                    Arena arena = Arena.ofConfined()) {
                assertTrue(networks.frozen());
                refused(() -> Networks.writeAll(networks, everything));
                MemorySegment key = arena.allocate(Layouts.NETWORK_KEY);
                Networks.fill(key, Policies.network("198.51.100.7", 32, 0));
                refused(() -> networks.delete(key));
            }
        }
        assertEquals(List.of(), verify());
    }

    private static void refused(Executable change) {
        assertEquals(Errno.EPERM, assertThrows(BpfException.class, change).errno());
    }

    @Test
    void aChangedPortProgramIsSeen() {
        Programs.write(table("program_tables", set.index()), 1, Policies.tcp(23));
        assertEquals(List.of("port program 1 was changed"), verify());
    }

    @Test
    void anotherTableInItsPlaceIsSeen() {
        TableSet other = plane.build(POLICY, 2, new byte[32]);
        try (BpfMap outer = outer("net_tables");
                BpfMap inner = table("net_tables", other.index());
                Arena arena = Arena.ofConfined()) {
            outer.update(set.index(), arena.allocateFrom(JAVA_INT, inner.fd()));
        }
        assertEquals(List.of(set + " was replaced by another"), verify());
    }

    /** What root can do while no agent lives: tables of its own in the place of ours. */
    @Test
    void anAdoptedSetIsComparedWithThePolicyItShouldHold() {
        assertEquals(
                List.of("192.0.2.0/120 was changed or removed"),
                adoptedWith(
                        List.of(
                                Policies.network("192.0.2.0", 24, 1),
                                Policies.network("198.51.100.7", 32, 1))));
        assertEquals(List.of(), adoptedWith(POLICY.networks()));
    }

    @Test
    void anAdoptedTableWithRoomForMoreIsSeen() {
        List<NetworkEntry> more = new ArrayList<>(POLICY.networks());
        more.add(new NetworkEntry(new byte[16], 0, 0));
        assertEquals(List.of("the table of networks has room for 3"), adoptedWith(more));
    }

    private List<String> adoptedWith(List<NetworkEntry> networks) {
        int ifindex = Interfaces.indexOf("fw0");
        plane.attach("fw0", ifindex, Direction.EGRESS);
        plane.flip(ifindex, set, SlotOptions.NONE);
        plane.close();
        MapInfo shape =
                new MapInfo(
                        Libbpf.MAP_TYPE_LPM_TRIE,
                        0,
                        (int) Layouts.NETWORK_KEY.byteSize(),
                        Integer.BYTES,
                        networks.size());
        try (BpfMap forged =
                        BpfMap.create(
                                "forged", shape, Libbpf.F_NO_PREALLOC | Libbpf.F_RDONLY_PROG);
                BpfMap outer = outer("net_tables");
                Arena arena = Arena.ofConfined()) {
            Networks.writeAll(forged, networks);
            forged.freeze();
            outer.update(set.index(), arena.allocateFrom(JAVA_INT, forged.fd()));
        }
        plane = DataPlane.open(new DataPlaneConfig(PINS));
        set = plane.tableSets().getFirst();
        assertEquals(List.of(), verify());
        set.expect(POLICY);
        List<String> found = verify();
        assertEquals(found.isEmpty() ? List.of() : found, verify(), "told until it is gone");
        return found;
    }

    @Test
    void aLargeSetIsComparedInPieces() {
        List<NetworkEntry> networks = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            networks.add(
                    Policies.network(
                            "10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255), 32, 0));
        }
        TableSet large =
                plane.build(Policies.of(List.of(Policies.tcp(443)), networks), 2, new byte[32]);
        List<LearnedAddress> learned = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            learned.add(address("198.1" + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255)));
        }
        large.learn(learned);
        large.expect(Policies.of(List.of(Policies.tcp(443)), networks)); // as an adopted one
        long longest = 0;
        int calls = 0;
        int compared = 0;
        for (boolean complete = false; !complete; calls++) {
            long start = System.nanoTime();
            Verification verification = plane.verify(large, Duration.ofMillis(5));
            longest = Math.max(longest, System.nanoTime() - start);
            assertEquals(List.of(), verification.differences());
            compared += verification.entries();
            complete = verification.complete();
        }
        assertTrue(calls > 1, "a budget is one");
        assertTrue(compared >= 200_001, compared + " entries");
        System.out.println(
                "verify: 100,000 networks and 100,000 learned addresses in "
                        + calls
                        + " calls, the longest "
                        + longest / 1_000_000
                        + " ms");
    }
}
