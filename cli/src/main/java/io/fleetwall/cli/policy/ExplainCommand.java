package io.fleetwall.cli.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.ToolException;
import io.fleetwall.cli.gateway.GatewayClient;
import io.fleetwall.cli.text.Json;
import io.fleetwall.policy.catalogue.Catalogue;
import io.fleetwall.policy.document.SourceFile;
import io.fleetwall.policy.verdict.Explanation;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Whether a job may reach a destination, and by which rule. Asked of a directory here or of a
 * revision of the gateway; the answer is worked out here from the same sources either way.
 */
@Command(
        name = "explain",
        description = "Says whether a job may reach a destination, and by which rule.",
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
    /** What {@code --expect} takes. */
    enum Expected {
        ALLOWED,
        DENIED
    }

    private final Surroundings surroundings;

    @Parameters(
            paramLabel = "DESTINATION",
            description = "HOST[:PORT][/tcp|udp|icmp-echo]; 443/tcp unless stated.")
    private String destination = "";

    @Mixin private ScopeOptions scope = new ScopeOptions();

    @Option(
            names = "--directory",
            description = "Ask these files (default: policies).",
            defaultValue = "policies")
    private Path directory = Path.of("policies");

    @Option(names = "--revision", description = "Ask the gateway's revision, or its head.")
    private Optional<String> revision = Optional.empty();

    @Option(
            names = "--expect",
            description =
                    "Exit with 1 unless it is ${COMPLETION-CANDIDATES}; for tests of policies.")
    private Optional<Expected> expected = Optional.empty();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    ExplainCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Explanation explanation =
                Explanation.explain(catalogue(), scope.scope(), Target.parse(destination));
        surroundings
                .out()
                .println(
                        json
                                ? Json.pretty(ExplanationJson.of(explanation))
                                : explanation.text().stripTrailing());
        Expected found = explanation.passes() ? Expected.ALLOWED : Expected.DENIED;
        return expected.filter(wanted -> wanted != found).isPresent()
                ? ExitCode.FAILED
                : ExitCode.OK;
    }

    private Catalogue catalogue() {
        if (revision.isEmpty()) {
            return read(0, Instant.now(), LocalSources.read(List.of(directory)).files());
        }
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            JsonNode answer =
                    gateway.get("policies/revisions/" + Revisions.checked(revision.get()));
            List<SourceFile> files =
                    RevisionSources.of(answer).entrySet().stream()
                            .map(file -> SourceFile.of(file.getKey(), file.getValue()))
                            .toList();
            Instant asOf = Instant.parse(answer.path("asOf").asText());
            return read(answer.path("revision").asLong(), asOf, files);
        }
    }

    private static Catalogue read(long revision, Instant asOf, List<SourceFile> files) {
        return switch (Catalogue.read(revision, asOf, files)) {
            case Catalogue.Reading.Read(var catalogue, _) -> catalogue;
            case Catalogue.Reading.Refused(var problems) ->
                    throw new ToolException(
                            ExitCode.FAILED,
                            "the policies have errors, the first: " + problems.getFirst(),
                            "`fleetwall policy validate` lists all "
                                    + String.format(Locale.ROOT, "%d", problems.size()));
        };
    }
}
