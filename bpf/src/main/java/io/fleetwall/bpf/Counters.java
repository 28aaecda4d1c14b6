package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A per-CPU array of counters, read as sums. */
final class Counters {
    private final BpfMap map;
    private final int cpus;

    Counters(BpfMap map) {
        this.map = map;
        this.cpus = (int) Libbpf.POSSIBLE_CPUS.require("possible CPUs");
    }

    /** The sum over all CPUs at one index. */
    long sum(int index) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(JAVA_LONG, cpus);
            map.lookup(index, values);
            long sum = 0;
            for (int cpu = 0; cpu < cpus; cpu++) {
                sum += values.getAtIndex(JAVA_LONG, cpu);
            }
            return sum;
        }
    }
}
