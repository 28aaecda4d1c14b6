package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.compiled.NetworkEntry;
import io.fleetwall.policy.compiled.PortProgram;
import io.fleetwall.policy.packet.Address;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Remembers what was put into the tables of a set, and compares: port programs, learned addresses,
 * networks, from where the last time's budget ended.
 *
 * <p>Of learned addresses every one in the kernel must be known; one that somebody took away is
 * denied and comes back with the next question. Networks are frozen once they are in, so that only
 * those of an adopted set are looked at, and once: somebody may have put another table in its place
 * while no agent lived. Asking for each, which a trie answers quickly, is enough to notice
 * additions too: the trie has room for the policy's networks and for no other.
 *
 * <p>Not safe for use by many threads: {@link TableSet} takes care.
 */
final class TableWitness {
    /** Networks asked for between two looks at the clock. */
    private static final int PORTION = 256;

    private final Tables tables;
    private final List<PortProgram> programs;
    private final BpfMap.Walk programWalk;
    private final BpfMap.Walk learnedWalk;
    private final ToldAddresses learned = new ToldAddresses();
    private Part part = Part.PROGRAMS;
    private List<NetworkEntry> networks = List.of();
    private int next;
    private boolean networksOpen;
    private boolean asExpected;
    private final List<String> differences = new ArrayList<>();
    private int compared;

    private enum Part {
        PROGRAMS,
        LEARNED,
        NETWORKS;

        Part next() {
            return switch (this) {
                case PROGRAMS -> LEARNED;
                case LEARNED -> NETWORKS;
                case NETWORKS -> PROGRAMS;
            };
        }
    }

    /**
     * A witness of tables.
     *
     * @param programs as they should be, by index; the caller appends
     */
    TableWitness(Tables tables, List<PortProgram> programs) {
        this.tables = tables;
        this.programs = programs;
        this.programWalk = tables.programs().new Walk(Arena.ofAuto());
        this.learnedWalk = tables.learned().new Walk(Arena.ofAuto());
    }

    /** What the networks are compared with from now on, until they have been, once. */
    void expect(CompiledPolicy policy) {
        networks = policy.networks();
        networksOpen = true;
        next = 0;
    }

    /** The networks are known to be right, and cannot be changed. */
    void sealed() {
        networks = List.of();
        networksOpen = false;
    }

    void learned(List<LearnedAddress> batch) {
        batch.forEach(learned::put);
    }

    void forgot(List<byte[]> addresses) {
        addresses.forEach(learned::remove);
    }

    /** What the kernel was told of each address. */
    ToldAddresses told() {
        return learned;
    }

    /** Compares until the end of the tables, or of the budget. */
    Verification compare(Duration budget) {
        long deadline = System.nanoTime() + budget.toNanos();
        differences.clear();
        compared = 0;
        boolean complete = false;
        do {
            if (!some()) {
                complete = part == Part.NETWORKS;
                part = part.next();
            }
        } while (!complete && System.nanoTime() - deadline < 0);
        return new Verification(compared, differences, complete);
    }

    /** Compares some entries of the part it is at; false at the part's end. */
    private boolean some() {
        return switch (part) {
            case PROGRAMS -> programWalk.some(this::compareProgram);
            case LEARNED -> compareLearned();
            case NETWORKS -> networksOpen && compareNetworks();
        };
    }

    private void compareProgram(MemorySegment key, MemorySegment value) {
        int index = key.get(JAVA_INT, 0);
        compared++;
        if (!Programs.isAt(index, value, programs)) {
            add("port program " + index + " was changed");
        }
    }

    /** Every second for each address there is: without an object, and no call for each. */
    private boolean compareLearned() {
        int count = learnedWalk.read();
        for (int i = 0; i < count; i++) {
            switch (TableSet.compare(learnedWalk, i, learned)) {
                case SAME -> {}
                case CHANGED -> add(learnedName(i) + " was changed among the learned addresses");
                case UNKNOWN -> add(learnedName(i) + " was added to the learned addresses");
            }
        }
        compared += count;
        return learnedWalk.more();
    }

    private String learnedName(int place) {
        return name(learnedWalk.keys().asSlice(16L * place, 16));
    }

    private static String name(MemorySegment key) {
        return Address.of(key.toArray(JAVA_BYTE)).toString();
    }

    private boolean compareNetworks() {
        int before = differences.size();
        if (next == 0) {
            asExpected = true;
            compareRoom();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(Layouts.NETWORK_KEY);
            MemorySegment value = arena.allocate(JAVA_INT);
            int end = Math.min(networks.size(), next + PORTION);
            for (; next < end; next++) {
                NetworkEntry network = networks.get(next);
                Networks.fill(key, network);
                compared++;
                if (!tables.networks().lookup(key, value)
                        || value.get(JAVA_INT, 0) != network.program()) {
                    add(name(network) + " was changed or removed");
                }
            }
        }
        asExpected &= differences.size() == before;
        if (next < networks.size()) {
            return true;
        }
        next = 0;
        if (asExpected) {
            sealed();
        }
        return false;
    }

    private void compareRoom() {
        int room = tables.networks().info().maxEntries();
        if (room != Math.max(1, networks.size())) {
            add("the table of networks has room for " + room);
        }
        if (networks.isEmpty() && !tables.networks().isEmpty()) {
            add("a network was added");
        }
        if (!tables.networks().frozen()) {
            add("the table of networks can be changed");
        }
    }

    private static String name(NetworkEntry network) {
        return Address.of(network.address()) + "/" + network.length();
    }

    private void add(String difference) {
        if (differences.size() < Verification.LIMIT) {
            differences.add(difference);
        }
    }

    /** Takes what is in the table of an adopted set for what was put there. */
    void trustLearned() {
        tables.learned().forEach((key, value) -> learned.put(TableSet.learned(key, value)));
    }
}
