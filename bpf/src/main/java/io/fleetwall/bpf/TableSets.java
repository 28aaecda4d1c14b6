package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.fleetwall.policy.compiled.CompiledPolicy;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The table sets of a data plane: builds beside, adopts, releases.
 *
 * <p>A set's meta entry is written before its tables are entered, and removed before they are taken
 * out, so that whatever an agent leaves behind when it dies in between is found and released by the
 * next.
 */
final class TableSets implements AutoCloseable {
    private final BpfMap metas;
    private final OuterMaps outer;
    private final TablePins pins;
    private final Slots slots;
    private final BuildRecord build;
    private final TreeMap<Integer, TableSet> sets = new TreeMap<>();

    /** Indices of sets that are being filled or taken away. */
    private final BitSet busy = new BitSet();

    TableSets(Installation installation, PinDirectory pins, Slots slots) {
        this.metas = installation.map("table_meta");
        this.outer =
                new OuterMaps(
                        installation.map("net_tables"),
                        installation.map("learned_tables"),
                        installation.map("program_tables"));
        this.pins = new TablePins(pins);
        this.slots = slots;
        this.build = new BuildRecord(installation.map("build"));
        metas.requireSizes(JAVA_INT, Layouts.TABLE_META);
    }

    /** Takes over the sets that slots point at, releases the rest. */
    void adopt() {
        Map<Integer, TableMeta> left = new TreeMap<>();
        metas.forEach((key, value) -> {
            if (TableMeta.generation(value) != 0) {
                left.put(key.get(JAVA_INT, 0), TableMeta.read(value));
            }
        });
        left.forEach(this::adopt);
        pins.keep(sets.keySet());
    }

    private void adopt(int index, TableMeta meta) {
        if (slots.pointsAt(index)) {
            Tables tables = pins.open(outer, index);
            pins.pin(index, tables);
            TableSet set = new TableSet(index, meta, tables, Programs.read(tables.programs()));
            set.trustLearned();
            sets.put(index, set);
        } else {
            remove(index);
        }
    }

    /** Where a set is being built, and as what. */
    record Place(int index, TableMeta meta) {}

    /** Keeps an index and a generation for a set. */
    Place reserve(CompiledPolicy policy, long revision, byte[] digest) {
        TableMeta meta =
                new TableMeta(
                        revision,
                        build.nextGeneration(),
                        SlotWord.policyBits(policy),
                        policy.networks().size(),
                        digest);
        int index = freeIndex();
        busy.set(index);
        return new Place(index, meta);
    }

    /** Fills the tables of a place; touches nothing else here, so it needs no lock. */
    TableSet fill(Place place, CompiledPolicy policy) {
        Tables tables = Tables.create(policy);
        try {
            write(place.index(), place.meta());
            pins.pin(place.index(), tables);
            tables.fillAndEnter(policy, outer, place.index());
            TableSet set = new TableSet(place.index(), place.meta(), tables, policy.programs());
            set.built();
            return set;
        } catch (RuntimeException e) {
            tables.close();
            remove(place.index());
            throw e;
        }
    }

    /** Makes a filled set one of these. */
    void add(TableSet set) {
        sets.put(set.index(), set);
    }

    /** Whatever happened at an index is over. */
    void done(int index) {
        busy.clear(index);
    }

    private int freeIndex() {
        int limit = metas.info().maxEntries();
        for (int index = 1; index < limit; index++) {
            if (!sets.containsKey(index) && !busy.get(index)) {
                return index;
            }
        }
        throw new BpfException(
                Errno.ENOSPC,
                "build",
                "a table set",
                "all " + (limit - 1) + " are in use: release what no slot points at");
    }

    List<TableSet> all() {
        return List.copyOf(sets.values());
    }

    Optional<TableSet> at(int index) {
        return Optional.ofNullable(sets.get(index));
    }

    boolean owns(TableSet set) {
        return sets.get(set.index()) == set;
    }

    /** Takes a set out of these; its index is kept until its tables are gone as well. */
    void take(TableSet set) {
        if (!owns(set)) {
            throw new IllegalArgumentException(set + " is not of this data plane");
        }
        if (slots.pointsAt(set.index())) {
            throw new IllegalStateException(set + " is in force");
        }
        sets.remove(set.index());
        busy.set(set.index());
    }

    /** Frees the tables of a set that was taken; touches nothing else here. */
    void free(TableSet set) {
        remove(set.index());
        set.close();
    }

    /** Compares a set with what was put there; its place with what was entered. */
    Verification verify(TableSet set, Duration budget) {
        if (!owns(set)) {
            throw new IllegalArgumentException(set + " is not of this data plane");
        }
        return set.tables().standIn(outer, set.index()) && meta(set.index()).equals(set.meta())
                ? set.verify(budget)
                : new Verification(1, List.of(set + " was replaced by another"), true);
    }

    private TableMeta meta(int index) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(Layouts.TABLE_META);
            metas.lookup(index, value);
            return TableMeta.read(value);
        }
    }

    private void remove(int index) {
        write(index, new TableMeta(0, 0, 0, 0, new byte[32]));
        outer.remove(index);
        pins.unpin(index);
    }

    private void write(int index, TableMeta meta) {
        try (Arena arena = Arena.ofConfined()) {
            metas.update(index, meta.write(arena));
        }
    }

    @Override
    public void close() {
        sets.values().forEach(TableSet::close);
        sets.clear();
    }
}
