package io.fleetwall.cli.doctor;

import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.doctor.Check.State;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The programs that are called. */
final class ToolChecks {
    private ToolChecks() {}

    /** A program, who calls it, and the package that has it. */
    private record Tool(String name, State absence, String use, String packageName) {}

    private static final List<Tool> TOOLS =
            List.of(
                    new Tool("nft", State.MISSING, "brings the jobs' DNS to the proxy", "nftables"),
                    new Tool(
                            "ip",
                            State.MISSING,
                            "makes the demo's and the tests' networks",
                            "iproute2"),
                    new Tool("tcpdump", State.WEAK, "the demo's sniffer", "tcpdump"),
                    new Tool("clang", State.WEAK, "compiles the BPF program", "clang"),
                    new Tool("dig", State.WEAK, "asks in tests", "dnsutils"));

    static List<Check> run(Surroundings surroundings) {
        List<Path> path =
                surroundings.variable("PATH").stream()
                        .flatMap(text -> List.of(text.split(File.pathSeparator, -1)).stream())
                        .map(Path::of)
                        .toList();
        List<Check> checks = new ArrayList<>();
        for (Tool tool : TOOLS) {
            boolean present =
                    path.stream().anyMatch(place -> Files.isExecutable(place.resolve(tool.name)))
                            || Files.isExecutable(Path.of("/usr/sbin", tool.name));
            checks.add(
                    new Check(
                            "tools",
                            tool.name,
                            present ? State.FINE : tool.absence,
                            tool.use,
                            present ? "" : "apt-get install " + tool.packageName));
        }
        return checks;
    }
}
