package io.fleetwall.cli.doctor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.doctor.Check.State;
import io.fleetwall.cli.text.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What this machine has of what Fleetwall needs: each gap with its consequence and its remedy. */
@Command(
        name = "doctor",
        description = "Checks this machine: kernel, tools, gateway, runner node.",
        mixinStandardHelpOptions = true)
public final class DoctorCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Option(
            names = "--only",
            paramLabel = "AREA",
            description = "Only kernel, tools, gateway or node; repeat for more. Prints gaps only.")
    private List<String> only = new ArrayList<>();

    /** The command. */
    public DoctorCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        List<Check> checks = new ArrayList<>();
        if (wanted("kernel")) {
            checks.addAll(KernelChecks.run());
        }
        if (wanted("tools")) {
            checks.addAll(ToolChecks.run(surroundings));
        }
        if (wanted("gateway")) {
            checks.add(ServiceChecks.gateway(surroundings));
        }
        if (wanted("node")) {
            checks.add(ServiceChecks.node(surroundings));
        }
        boolean sound = checks.stream().noneMatch(check -> check.state() == State.MISSING);
        if (json) {
            printJson(checks);
        } else {
            checks.stream().filter(shown()).forEach(this::print);
        }
        return sound ? ExitCode.OK : ExitCode.FAILED;
    }

    private boolean wanted(String area) {
        return only.isEmpty() || only.contains(area);
    }

    private Predicate<Check> shown() {
        return only.isEmpty() ? _ -> true : check -> check.state() != State.FINE;
    }

    private void print(Check check) {
        String mark =
                switch (check.state()) {
                    case FINE -> "✓";
                    case WEAK -> "!";
                    case MISSING -> "✗";
                };
        surroundings
                .out()
                .println(
                        "%s %-8s %s: %s"
                                .formatted(mark, check.area(), check.name(), check.detail()));
        if (!check.remedy().isEmpty()) {
            surroundings.out().println("             remedy: " + check.remedy());
        }
    }

    private void printJson(List<Check> checks) {
        ObjectNode result = Json.object();
        ArrayNode array = result.putArray("checks");
        for (Check check : checks) {
            array.addObject()
                    .put("area", check.area())
                    .put("name", check.name())
                    .put("state", check.state().name().toLowerCase(Locale.ROOT))
                    .put("detail", check.detail())
                    .put("remedy", check.remedy());
        }
        surroundings.out().println(Json.pretty(result));
    }
}
