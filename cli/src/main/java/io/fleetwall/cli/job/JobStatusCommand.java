package io.fleetwall.cli.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.text.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What is in force on a runner of this machine. */
@Command(
        name = "status",
        description = "Shows what is in force on a runner of this machine.",
        mixinStandardHelpOptions = true)
final class JobStatusCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin private RunnerOption runner = new RunnerOption();

    JobStatusCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        JsonNode answer =
                JobSocket.ask(
                        surroundings.jobSocket(),
                        Json.object().put("op", "status").put("runner", runner.name(surroundings)));
        if (runner.json()) {
            surroundings.out().println(Json.line(answer));
        } else {
            answer.properties().stream()
                    .filter(field -> !field.getKey().equals("ok"))
                    .forEach(field ->
                            surroundings
                                    .out()
                                    .println(field.getKey() + ": " + text(field.getValue())));
        }
        return ExitCode.OK;
    }

    private static String text(JsonNode value) {
        return value.isValueNode() ? value.asText() : Json.line(value);
    }
}
