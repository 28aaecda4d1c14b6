package io.fleetwall.cli.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.gateway.GatewayClient;
import io.fleetwall.cli.gateway.GatewayRefusal;
import io.fleetwall.policy.document.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a directory of policies the next revision, and waits until all runners have it. */
@Command(
        name = "publish",
        description = "Publishes a directory of policies and waits for its rollout.",
        mixinStandardHelpOptions = true)
final class PublishCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(
            paramLabel = "DIRECTORY",
            arity = "0..1",
            description = "Default: policies.",
            defaultValue = "policies")
    private Path directory = Path.of("policies");

    @Option(
            names = {"-m", "--message"},
            description = "Why; kept with the revision.")
    private String message = "";

    @Option(
            names = "--expect",
            paramLabel = "REVISION",
            description = "Refuse when the head is another revision.")
    private Optional<Long> expected = Optional.empty();

    @Mixin private RolloutOptions rollout = new RolloutOptions();

    PublishCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        LocalSources sources = LocalSources.read(List.of(directory));
        ObjectNode request = sources.request().put("message", message);
        expected.ifPresent(revision -> request.put("expectedRevision", revision));
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            JsonNode published = gateway.post("policies:publish", request);
            List<Problem> warnings = ProblemPrinter.read(published.path("warnings"));
            if (!rollout.json()) {
                new ProblemPrinter(surroundings, sources).print(warnings);
            }
            return new Rollout(surroundings, gateway, rollout).follow(published);
        } catch (GatewayRefusal no) {
            return refused(sources, no);
        }
    }

    private int refused(LocalSources sources, GatewayRefusal no) {
        if (no.status() != 422) {
            throw no;
        }
        if (rollout.json()) {
            surroundings.out().println(no.problem());
        } else {
            new ProblemPrinter(surroundings, sources)
                    .print(ProblemPrinter.read(no.problem().path("problems")));
            surroundings.out().println(no.text());
        }
        return ExitCode.FAILED;
    }
}
