package io.fleetwall.cli.job;

import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.ToolException;
import picocli.CommandLine.Option;

/** Which runner of this machine is meant. */
final class RunnerOption {
    @Option(
            names = "--runner",
            description = "The runner's name in runner-node.yaml (default: $FLEETWALL_RUNNER).")
    private String runner = "";

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    String name(Surroundings surroundings) {
        if (!runner.isEmpty()) {
            return runner;
        }
        return surroundings
                .variable("FLEETWALL_RUNNER")
                .orElseThrow(() ->
                        new ToolException(
                                ExitCode.USAGE,
                                "which runner?",
                                "pass --runner or set FLEETWALL_RUNNER"));
    }

    boolean json() {
        return json;
    }
}
