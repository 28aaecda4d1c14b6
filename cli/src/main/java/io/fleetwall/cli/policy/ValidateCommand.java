package io.fleetwall.cli.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.text.Json;
import io.fleetwall.policy.catalogue.Catalogue;
import io.fleetwall.policy.document.Problem;
import io.fleetwall.policy.document.Problem.Severity;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Checks policies on this machine, as the gateway would: all problems at once, no gateway needed.
 */
@Command(
        name = "validate",
        description = "Checks policies: every problem with its place, a code and a hint.",
        mixinStandardHelpOptions = true)
final class ValidateCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(
            paramLabel = "PATH",
            description = "A directory or files (default: policies).",
            arity = "0..*")
    private List<Path> paths = new ArrayList<>();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    ValidateCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        LocalSources sources =
                LocalSources.read(paths.isEmpty() ? List.of(Path.of("policies")) : paths);
        List<Problem> problems = problems(sources);
        long errors = problems.stream().filter(p -> p.severity() == Severity.ERROR).count();
        if (json) {
            ObjectNode result = Json.object();
            result.put("valid", errors == 0).put("files", sources.files().size());
            result.set("problems", ProblemPrinter.json(problems));
            surroundings.out().println(Json.pretty(result));
        } else {
            new ProblemPrinter(surroundings, sources).print(problems);
            surroundings
                    .out()
                    .println(
                            "%d file(s): %d error(s), %d warning(s)"
                                    .formatted(
                                            sources.files().size(),
                                            errors,
                                            problems.size() - errors));
        }
        return errors == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    private static List<Problem> problems(LocalSources sources) {
        List<Problem> problems = new ArrayList<>(sources.problems());
        problems.addAll(
                switch (Catalogue.read(0, Instant.now(), sources.files())) {
                    case Catalogue.Reading.Read(_, var warnings) -> warnings;
                    case Catalogue.Reading.Refused(var all) -> all;
                });
        return problems;
    }
}
