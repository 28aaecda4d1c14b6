package io.fleetwall.cli.policy;

import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.Surroundings.Colour;
import io.fleetwall.cli.gateway.GatewayClient;
import io.fleetwall.cli.text.LineDiff;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What changes from one revision to another, or from the running one to a directory. */
@Command(
        name = "diff",
        description = {
            "Compares two revisions, or a revision with a directory.",
            "Without arguments: what publishing policies/ would change."
        },
        mixinStandardHelpOptions = true)
final class DiffCommand implements Callable<Integer> {
    private static final String RED = "\u001b[31m";
    private static final String GREEN = "\u001b[32m";
    private static final String RESET = "\u001b[0m";

    private final Surroundings surroundings;

    @Parameters(
            index = "0",
            paramLabel = "FROM",
            arity = "0..1",
            description = "A number, or head (default).",
            defaultValue = "head")
    private String from = "head";

    @Parameters(
            index = "1",
            paramLabel = "TO",
            arity = "0..1",
            description = "A number or head (default: the directory).",
            defaultValue = "")
    private String to = "";

    @Option(
            names = "--directory",
            description = "Compare with these files (default: policies).",
            defaultValue = "policies")
    private Path directory = Path.of("policies");

    DiffCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        SortedMap<String, String> before;
        SortedMap<String, String> after;
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            before = revision(gateway, from);
            after =
                    to.isEmpty()
                            ? RevisionSources.of(LocalSources.read(List.of(directory)).files())
                            : revision(gateway, to);
        }
        SortedSet<String> paths = new TreeSet<>(before.keySet());
        paths.addAll(after.keySet());
        for (String path : paths) {
            List<String> lines =
                    LineDiff.unified(
                            path, before.getOrDefault(path, ""), after.getOrDefault(path, ""));
            lines.forEach(line -> surroundings.out().println(coloured(line)));
        }
        return ExitCode.OK;
    }

    private static SortedMap<String, String> revision(GatewayClient gateway, String name) {
        return RevisionSources.of(gateway.get("policies/revisions/" + Revisions.checked(name)));
    }

    private String coloured(String line) {
        if (surroundings.colour() == Colour.PLAIN || line.isEmpty()) {
            return line;
        }
        return switch (line.charAt(0)) {
            case '-' -> RED + line + RESET;
            case '+' -> GREEN + line + RESET;
            default -> line;
        };
    }
}
