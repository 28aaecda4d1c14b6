package io.fleetwall.cli.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.gateway.GatewayClient;
import io.fleetwall.cli.text.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The whole content of a revision. */
@Command(
        name = "show",
        description = "Prints the files of a revision.",
        mixinStandardHelpOptions = true)
final class ShowCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(
            paramLabel = "REVISION",
            arity = "0..1",
            description = "A number, or head (default).",
            defaultValue = "head")
    private String revision = "head";

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    ShowCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        JsonNode answer;
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            answer = gateway.get("policies/revisions/" + Revisions.checked(revision));
        }
        if (json) {
            surroundings.out().println(Json.pretty(answer));
            return ExitCode.OK;
        }
        surroundings
                .out()
                .println(
                        "# revision %s, %s, by %s: %s"
                                .formatted(
                                        answer.path("revision").asText(),
                                        answer.path("at").asText(),
                                        answer.path("by").asText(),
                                        answer.path("message").asText()));
        print(surroundings, answer);
        return ExitCode.OK;
    }

    /** The files of a revision or of a proposal. */
    static void print(Surroundings surroundings, JsonNode answer) {
        RevisionSources.of(answer)
                .forEach((path, text) -> {
                    surroundings.out().println("# --- " + path);
                    surroundings.out().println(text.stripTrailing());
                });
    }
}
