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
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Remembers what was put into the tables of a set, and compares.
 *
 * <p>Both go on where the last time's budget ended. Networks are asked one by one, which a trie
 * answers quickly. Asking is enough to notice additions too: the trie has room for the policy's
 * networks and for no other. Of learned addresses every one in the kernel must be known; one that
 * somebody took away is denied and comes back with the next question.
 *
 * <p>Not safe for use by many threads: {@link TableSet} takes care.
 */
final class TableWitness {
    private final Tables tables;
    private final BpfMap.Walk walk;
    private final Map<Address, LearnedAddress> learned = new HashMap<>();
    private List<NetworkEntry> networks = List.of();
    private boolean networksKnown;
    private int next;

    TableWitness(Tables tables) {
        this.tables = tables;
        this.walk = tables.learned().new Walk(Arena.ofAuto());
    }

    /** What the networks are compared with from now on. */
    void expect(CompiledPolicy policy) {
        networks = policy.networks();
        networksKnown = true;
        next = 0;
    }

    void learned(List<LearnedAddress> batch) {
        batch.forEach(entry -> learned.put(Address.of(entry.address()), entry));
    }

    void forgot(List<byte[]> addresses) {
        addresses.forEach(address -> learned.remove(Address.of(address)));
    }

    /**
     * Compares.
     *
     * @param programs as they should be, by index
     * @param budget for networks alone, so that a large table of addresses does not keep them
     *     waiting
     */
    Verification compare(Map<PortProgram, Integer> programs, Duration budget) {
        List<String> differences = new ArrayList<>();
        int compared = comparePrograms(programs, differences);
        compared += compareLearned(differences, budget);
        compared += networksKnown ? compareNetworks(differences, budget) : 0;
        return new Verification(compared, differences);
    }

    private int comparePrograms(Map<PortProgram, Integer> programs, List<String> differences) {
        List<PortProgram> found = Programs.read(tables.programs());
        for (int i = 0; i < found.size(); i++) {
            // Equal programs may stand twice; the map knows the first.
            Integer known = programs.get(found.get(i));
            if (known == null || known > i) {
                add(differences, "port program " + i + " was changed");
            }
        }
        return found.size();
    }

    private int compareLearned(List<String> differences, Duration budget) {
        long deadline = System.nanoTime() + budget.toNanos();
        int[] seen = {0};
        boolean more = true;
        while (more && System.nanoTime() - deadline < 0) {
            more =
                    walk.some((key, value) -> {
                        compareLearned(TableSet.learned(key, value), differences);
                        seen[0]++;
                    });
        }
        return seen[0];
    }

    private void compareLearned(LearnedAddress found, List<String> differences) {
        Address address = Address.of(found.address());
        LearnedAddress known = learned.get(address);
        if (known == null) {
            add(differences, address + " was added to the learned addresses");
        } else if (!same(known, found)) {
            add(differences, address + " was changed among the learned addresses");
        }
    }

    private static boolean same(LearnedAddress a, LearnedAddress b) {
        return a.program() == b.program()
                && a.expiresAtBoottimeNanos() == b.expiresAtBoottimeNanos()
                && a.nameId() == b.nameId();
    }

    private int compareNetworks(List<String> differences, Duration budget) {
        int room = tables.networks().info().maxEntries();
        if (room != Math.max(1, networks.size())) {
            add(differences, "the table of networks has room for " + room);
        }
        if (networks.isEmpty() && !tables.networks().isEmpty()) {
            add(differences, "a network was added");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(Layouts.NETWORK_KEY);
            MemorySegment value = arena.allocate(JAVA_INT);
            long deadline = System.nanoTime() + budget.toNanos();
            int compared = 0;
            while (compared < networks.size() && System.nanoTime() - deadline < 0) {
                NetworkEntry network = networks.get(next);
                Networks.fill(key, network);
                if (!tables.networks().lookup(key, value)
                        || value.get(JAVA_INT, 0) != network.program()) {
                    add(differences, name(network) + " was changed or removed");
                }
                compared++;
                next = (next + 1) % networks.size();
            }
            return compared;
        }
    }

    private static String name(NetworkEntry network) {
        return Address.of(network.address()) + "/" + network.length();
    }

    private static void add(List<String> differences, String difference) {
        if (differences.size() < Verification.LIMIT) {
            differences.add(difference);
        }
    }

    /** Takes what is in the table of an adopted set for what was put there. */
    void trustLearned() {
        tables.learned()
                .forEach((key, value) -> {
                    LearnedAddress found = TableSet.learned(key, value);
                    learned.put(Address.of(key.toArray(JAVA_BYTE)), found);
                });
    }
}
