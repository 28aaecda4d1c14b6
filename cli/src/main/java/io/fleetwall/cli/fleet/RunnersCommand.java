package io.fleetwall.cli.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.gateway.GatewayClient;
import io.fleetwall.cli.text.Digests;
import io.fleetwall.cli.text.Json;
import io.fleetwall.cli.text.Table;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Every runner: its job, and whether the policy that it should have is the one it has. */
@Command(
        name = "runners",
        description =
                "Shows all runners: job, desired and applied policy, state, how the kernel was found.",
        mixinStandardHelpOptions = true)
public final class RunnersCommand implements Callable<Integer> {
    private final Surroundings surroundings;
    @Mixin private final FleetFilter filter = new FleetFilter();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    /** The command. */
    public RunnersCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            JsonNode answer = gateway.all(filter.path("runners"), "runners");
            if (json) {
                surroundings.out().println(Json.pretty(answer));
            } else {
                print(answer.path("runners"));
            }
        }
        return ExitCode.OK;
    }

    private void print(JsonNode runners) {
        if (runners.isEmpty()) {
            surroundings.out().println("no runners; `fleetwall enrol` lets a node join");
            return;
        }
        Table table = new Table("NODE", "RUNNER", "STATE", "DESIRED", "APPLIED", "ATTESTED", "JOB");
        for (JsonNode runner : runners) {
            table.row(
                    runner.path("node").asText(),
                    runner.path("runner").asText(),
                    runner.path("state").asText(),
                    revision(runner.path("desired")),
                    revision(runner.path("applied")),
                    attested(runner.path("attestation")),
                    job(runner.path("job")));
        }
        table.print(surroundings.out());
    }

    private static String revision(JsonNode policy) {
        if (!policy.has("revision")) {
            return "-";
        }
        return policy.path("revision").asText() + " " + Digests.brief(policy.path("digest"));
    }

    /** How the kernel was found and when; what was found, if anything was. */
    private static String attested(JsonNode attestation) {
        if (!attestation.isObject()) {
            return "-";
        }
        String when = attestation.path("state").asText() + " " + attestation.path("at").asText();
        return attestation.has("kind")
                ? when + " (" + attestation.path("kind").asText() + ")"
                : when;
    }

    private static String job(JsonNode job) {
        if (!job.isObject()) {
            return "-";
        }
        String name = job.path("repository").asText() + " " + job.path("workflow").asText();
        return (name + " " + job.path("job").asText() + " #" + job.path("runId").asText()).strip();
    }
}
