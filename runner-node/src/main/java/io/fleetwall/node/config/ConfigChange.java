package io.fleetwall.node.config;

import io.fleetwall.node.config.NodeConfig.Direction;
import io.fleetwall.node.config.NodeConfig.Runner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What an operator changed in the configuration of a running agent. Container runners may come and
 * go; whatever else is not as it was is a problem, because half a change would be nobody's wish.
 *
 * @param problems what needs a restart; with any, nothing may be done
 */
public record ConfigChange(List<Runner> removed, List<Runner> added, List<ConfigProblem> problems) {
    private static final Map<String, Function<NodeConfig, Object>> FIXED =
            new TreeMap<>(
                    Map.of(
                            "node.name", NodeConfig::name,
                            "gateway", NodeConfig::gateway,
                            "state.directory", NodeConfig::state,
                            "bpf.pinDirectory", NodeConfig::pins,
                            "job", NodeConfig::job,
                            "dns", NodeConfig::dns,
                            "health.listen", NodeConfig::health,
                            "events.spoolBytes", NodeConfig::spoolBytes,
                            "sockets.allowed", NodeConfig::socketHolders));

    public ConfigChange {
        removed = List.copyOf(removed);
        added = List.copyOf(added);
        problems = List.copyOf(problems);
    }

    /** Compares what is in force with what is wanted. */
    public static ConfigChange between(NodeConfig now, NodeConfig next) {
        List<ConfigProblem> problems = new ArrayList<>();
        FIXED.forEach((key, value) -> {
            if (!value.apply(now).equals(value.apply(next))) {
                problems.add(restart(key, "was changed"));
            }
        });
        List<Runner> removed = missing(now.runners(), next.runners());
        List<Runner> added = missing(next.runners(), now.runners());
        for (Runner runner : added) {
            Optional<Runner> before = named(now.runners(), runner.name());
            before.ifPresent(_ ->
                    problems.add(
                            restart(key(runner), "was changed (node.labels are its labels too)")));
            removed.stream()
                    .filter(gone -> gone.interfaceName().equals(runner.interfaceName()))
                    .filter(gone -> !gone.name().equals(runner.name()))
                    .forEach(gone ->
                            problems.add(
                                    restart(
                                            key(runner),
                                            "has the interface that runner "
                                                    + gone.name()
                                                    + " has")));
        }
        boolean machine =
                now.runners().stream().anyMatch(ConfigChange::machine)
                        || added.stream().anyMatch(ConfigChange::machine);
        if (machine && !(removed.isEmpty() && added.isEmpty())) {
            problems.add(restart("runners", "was changed where the machine itself is a runner"));
        }
        return new ConfigChange(removed, added, problems);
    }

    /** Whether everything is as it was. */
    public boolean isEmpty() {
        return removed.isEmpty() && added.isEmpty() && problems.isEmpty();
    }

    private static boolean machine(Runner runner) {
        return runner.direction() == Direction.EGRESS;
    }

    private static List<Runner> missing(List<Runner> from, List<Runner> in) {
        return from.stream().filter(runner -> !in.contains(runner)).toList();
    }

    private static Optional<Runner> named(List<Runner> runners, String name) {
        return runners.stream().filter(runner -> runner.name().equals(name)).findFirst();
    }

    private static String key(Runner runner) {
        return "runners." + runner.name();
    }

    private static ConfigProblem restart(String key, String what) {
        return new ConfigProblem(
                "FW-C004", key, what, "needs a restart; only runners may be added and removed");
    }
}
