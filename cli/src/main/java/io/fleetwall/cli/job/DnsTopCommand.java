package io.fleetwall.cli.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.text.Json;
import io.fleetwall.cli.text.Table;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The names a runner asks for most, and those it is refused most. */
@Command(
        name = "top",
        description = {
            "Shows the names a runner of this machine asked for most in the last one to two minutes,",
            "and those that its policy does not allow. Questions are counted by samples of one in",
            "sixteen, denials each."
        },
        mixinStandardHelpOptions = true)
final class DnsTopCommand implements Callable<Integer> {
    private static final long REFRESH_MILLIS = 2_000;
    private static final String CLEAR = "\u001b[H\u001b[2J";

    private final Surroundings surroundings;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private RunnerOption runner = new RunnerOption();

    @Option(
            names = {"-n", "--limit"},
            description = "Names of each list (default: ${DEFAULT-VALUE}).")
    private int limit = 15;

    @Option(
            names = {"-f", "--follow"},
            description = "Show them again every two seconds, until Ctrl-C.")
    private boolean follow;

    DnsTopCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit is 1 or more");
        }
        show(ask());
        while (follow) {
            Thread.sleep(REFRESH_MILLIS);
            JsonNode answer = ask();
            if (!runner.json()) {
                surroundings.out().print(CLEAR);
            }
            show(answer);
        }
        return ExitCode.OK;
    }

    private JsonNode ask() {
        return JobSocket.ask(
                surroundings.jobSocket(),
                Json.object().put("op", "dns-top").put("runner", runner.name(surroundings)));
    }

    private void show(JsonNode answer) {
        PrintWriter out = surroundings.out();
        if (runner.json()) {
            out.println(Json.line(answer));
        } else {
            print(answer.path("asked"), "QUESTIONS", out);
            out.println();
            print(answer.path("denied"), "DENIED", out);
        }
        out.flush();
    }

    private void print(JsonNode names, String head, PrintWriter out) {
        Table table = new Table(head, "NAME");
        names.valueStream()
                .limit(limit)
                .forEach(
                        each -> table.row(each.path("count").asText(), each.path("name").asText()));
        table.print(out);
        if (names.isEmpty()) {
            out.println("-");
        }
    }
}
