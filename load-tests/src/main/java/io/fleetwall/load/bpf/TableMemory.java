package io.fleetwall.load.bpf;

import io.fleetwall.bpf.DataPlane;
import io.fleetwall.bpf.TableSet;
import io.fleetwall.load.result.Line;
import io.fleetwall.load.result.Section;
import io.fleetwall.policy.compiled.CompiledPolicy;
import java.util.ArrayList;
import java.util.List;

/** Kernel memory of table sets, as the kernel accounts it ({@code memlock} in fdinfo). */
final class TableMemory {
    private final DataPlane plane;

    TableMemory(DataPlane plane) {
        this.plane = plane;
    }

    Section measure() {
        List<Line> lines = new ArrayList<>();
        lines.add(of("10 prefixes + 10 learned", BenchPolicies.ofNetworks(10), 10));
        lines.add(
                of(
                        "10,000 rules (5,000 hosts, 5,000 prefixes)",
                        BenchPolicies.ofRules(10_000, 80),
                        0));
        lines.add(
                of(
                        "100,000 prefixes + 100,000 learned",
                        BenchPolicies.ofNetworks(100_000),
                        100_000));
        return new Section(
                "Memory",
                "of one table set, shared by all runners with the same policy",
                lines,
                List.of());
    }

    private Line of(String what, CompiledPolicy policy, int learned) {
        TableSet set = plane.build(policy, 1, new byte[32]);
        set.learn(BenchPolicies.learned(learned, 0));
        Line line = Line.of(what, "%.2f MiB", set.memoryBytes() / 1048576.0);
        plane.release(set);
        return line;
    }
}
