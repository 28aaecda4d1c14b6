package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.fleetwall.policy.compiled.CompiledPolicy;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** The three inner maps of one table set. */
record Tables(BpfMap networks, BpfMap learned, BpfMap programs) implements AutoCloseable {
    /**
     * Places for port programs of learned addresses beyond the policy's own: unions of host entries
     * that match one name. 1 KiB each.
     */
    static final int SPARE_PROGRAMS = 256;

    /** Shared with maps.h; a shape of id 0 is one to be made. */
    private static final int LEARNED_ENTRIES = 131_072;

    /** Makes the tables of a policy, empty. */
    static Tables create(CompiledPolicy policy) {
        BpfMap networks =
                BpfMap.create(
                        "fw_networks",
                        new MapInfo(
                                Libbpf.MAP_TYPE_LPM_TRIE,
                                0,
                                (int) Layouts.NETWORK_KEY.byteSize(),
                                Integer.BYTES,
                                Math.max(1, policy.networks().size())),
                        Libbpf.F_NO_PREALLOC | Libbpf.F_RDONLY_PROG);
        BpfMap learned =
                BpfMap.create(
                        "fw_learned",
                        new MapInfo(
                                Libbpf.MAP_TYPE_HASH,
                                0,
                                16,
                                (int) Layouts.LEARNED.byteSize(),
                                LEARNED_ENTRIES),
                        Libbpf.F_NO_PREALLOC | Libbpf.F_RDONLY_PROG);
        BpfMap programs =
                BpfMap.create(
                        "fw_programs",
                        new MapInfo(
                                Libbpf.MAP_TYPE_ARRAY,
                                0,
                                Integer.BYTES,
                                (int) Layouts.PROGRAM.byteSize(),
                                policy.programs().size() + SPARE_PROGRAMS),
                        Libbpf.F_INNER_MAP | Libbpf.F_RDONLY_PROG);
        return new Tables(networks, learned, programs);
    }

    /**
     * Fills the tables and reads them back, while the kernel makes them known to the program: no
     * slot points at them yet, so that nobody looks.
     */
    void fillAndEnter(CompiledPolicy policy, OuterMaps outer, int index) {
        outer.change(
                List.of(
                        () -> set(outer.networks(), index, networks),
                        () -> set(outer.learned(), index, learned),
                        () -> set(outer.programs(), index, programs)),
                () -> fill(policy));
    }

    private void fill(CompiledPolicy policy) {
        Networks.writeAll(networks, policy.networks());
        Programs.writeAll(programs, policy.programs());
        requireHolds(policy);
        networks.freeze();
    }

    private void requireHolds(CompiledPolicy policy) {
        if (!Networks.holds(networks, policy.networks())
                || !Programs.holds(programs, policy.programs())) {
            throw new BpfException(
                    0,
                    "read back",
                    "the tables of a policy",
                    "the kernel holds something else than was written; the running set stays");
        }
    }

    /** Whether these are the tables the program finds at an index. */
    boolean standIn(OuterMaps outer, int index) {
        return isAt(outer.networks(), index, networks)
                && isAt(outer.learned(), index, learned)
                && isAt(outer.programs(), index, programs);
    }

    private static boolean isAt(BpfMap outer, int index, BpfMap inner) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment id = arena.allocate(JAVA_INT);
            return outer.lookup(index, id) && id.get(JAVA_INT, 0) == inner.info().id();
        }
    }

    private static void set(BpfMap outer, int index, BpfMap inner) {
        try (Arena arena = Arena.ofConfined()) {
            outer.update(index, arena.allocateFrom(JAVA_INT, inner.fd()));
        }
    }

    long memoryBytes() {
        return networks.memoryBytes() + learned.memoryBytes() + programs.memoryBytes();
    }

    @Override
    public void close() {
        networks.close();
        learned.close();
        programs.close();
    }
}
