package io.fleetwall.cli.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.text.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says that a job is over: the runner goes back to its idle policy. */
@Command(
        name = "finish",
        description = "Says that the job is over; returns 0 once the idle policy is in force.",
        mixinStandardHelpOptions = true)
final class JobFinishCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin private RunnerOption runner = new RunnerOption();

    JobFinishCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        JsonNode answer =
                JobSocket.ask(
                        surroundings.jobSocket(),
                        Json.object().put("op", "finish").put("runner", runner.name(surroundings)));
        String text = "idle policy in force (revision " + answer.path("revision").asText() + ")";
        surroundings.out().println(runner.json() ? Json.line(answer) : text);
        return ExitCode.OK;
    }
}
