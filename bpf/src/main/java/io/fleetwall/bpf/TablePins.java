package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Pins of the tables of each table set, {@code tables/INDEX_NAME}.
 *
 * <p>The outer maps keep the tables alive; a pin is how the next agent opens them. Opening a map by
 * its id would need CAP_SYS_ADMIN for this one call.
 */
final class TablePins {
    private static final String DIRECTORY = "tables/";
    private static final String NETWORKS = "networks";
    private static final String LEARNED = "learned";
    private static final String PROGRAMS = "programs";

    private final PinDirectory pins;

    TablePins(PinDirectory pins) {
        this.pins = pins;
    }

    /** Pins the tables of an index, in the place of what an agent left that died. */
    void pin(int index, Tables tables) {
        unpin(index);
        pins.pin(tables.networks().fd(), name(index, NETWORKS));
        pins.pin(tables.learned().fd(), name(index, LEARNED));
        pins.pin(tables.programs().fd(), name(index, PROGRAMS));
    }

    void unpin(int index) {
        List.of(NETWORKS, LEARNED, PROGRAMS).forEach(table -> pins.unpin(name(index, table)));
    }

    /** Removes the pins of every other index. */
    void keep(Set<Integer> indices) {
        for (String pin : pins.names(DIRECTORY)) {
            if (!indices.contains(Integer.parseInt(pin.substring(0, pin.indexOf('_'))))) {
                pins.unpin(DIRECTORY + pin);
            }
        }
    }

    /** Opens the tables at one index of the outer maps. */
    Tables open(OuterMaps outer, int index) {
        BpfMap networks = open(outer.networks(), index, NETWORKS);
        try {
            BpfMap learned = open(outer.learned(), index, LEARNED);
            try {
                return new Tables(networks, learned, open(outer.programs(), index, PROGRAMS));
            } catch (RuntimeException e) {
                learned.close();
                throw e;
            }
        } catch (RuntimeException e) {
            networks.close();
            throw e;
        }
    }

    /** The pinned map, if it is the one the program finds; else that one, by its id. */
    private BpfMap open(BpfMap outer, int index, String table) {
        String name = outer.name() + "[" + index + "]";
        int id = idAt(outer, index, name);
        Optional<BpfMap> pinned =
                pins.get(name(index, table)).map(descriptor -> new BpfMap(name, descriptor));
        if (pinned.isPresent()) {
            if (pinned.get().info().id() == id) {
                return pinned.get();
            }
            pinned.get().close();
        }
        NativeFunction.Returned opened = Libbpf.MAP_GET_FD_BY_ID.call(id);
        if (opened.value() < 0) {
            throw new BpfException(
                    opened.errno(),
                    "open table",
                    name,
                    "its pin "
                            + pins.path().resolve(name(index, table))
                            + " is missing or of another map, and without it CAP_SYS_ADMIN is"
                            + " needed: start the agent once with it, the pin comes back");
        }
        return new BpfMap(name, new FileDescriptor((int) opened.value()));
    }

    private static int idAt(BpfMap outer, int index, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment id = arena.allocate(JAVA_INT);
            if (!outer.lookup(index, id)) {
                throw new BpfException(
                        Errno.ENOENT, "open table", name, "the table set is not whole");
            }
            return id.get(JAVA_INT, 0);
        }
    }

    private static String name(int index, String table) {
        return DIRECTORY + index + "_" + table;
    }
}
