package io.fleetwall.load.bpf;

import io.fleetwall.bpf.DataPlane;
import io.fleetwall.bpf.DataPlaneConfig;
import io.fleetwall.load.result.Output;
import io.fleetwall.load.result.Report;
import io.fleetwall.load.result.Section;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * {@code ./fleetwall bench bpf}: what the kernel part costs, against its targets. Ends with 1 when
 * one is missed.
 */
public final class BpfBenchmark {
    private static final Path PINS = Path.of("/sys/fs/bpf/bench");
    private static final Set<String> SECTIONS = Set.of("packet", "throughput", "swap", "memory");
    private static final int USAGE = 2;

    private BpfBenchmark() {}

    /** Options: {@code --json}, and names of sections to measure only these. */
    public static void main(String... options) throws Exception {
        List<String> names = new ArrayList<>(List.of(options));
        boolean json = names.remove("--json");
        if (!SECTIONS.containsAll(names)) {
            System.err.println(
                    "usage: fleetwall bench bpf [--json] [packet] [throughput] [swap] [memory]");
            System.exit(USAGE);
        }
        Report report = measure(names.isEmpty() ? SECTIONS : Set.copyOf(names));
        report.end(json ? Output.JSON : Output.TEXT);
    }

    private static Report measure(Set<String> names) throws Exception {
        Instant at = Instant.now();
        List<Section> sections = new ArrayList<>();
        DataPlane plane = DataPlane.open(new DataPlaneConfig(PINS));
        try {
            if (names.contains("packet")) {
                try (PacketCost cost = new PacketCost(plane)) {
                    sections.add(cost.measure());
                }
            }
            if (names.contains("throughput")) {
                sections.add(new Throughput(plane, PINS).measure());
            }
            if (names.contains("swap")) {
                sections.add(new PolicySwap(plane).measure());
            }
            if (names.contains("memory")) {
                sections.add(new TableMemory(plane).measure());
            }
        } finally {
            plane.uninstall();
        }
        return new Report("bench bpf", at, sections);
    }
}
