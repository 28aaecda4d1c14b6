package io.fleetwall.gateway.fleet;

/** A runner's name in the fleet. */
public record RunnerKey(String node, String runner) implements Comparable<RunnerKey> {
    @Override
    public int compareTo(RunnerKey other) {
        int byNode = node.compareTo(other.node);
        return byNode != 0 ? byNode : runner.compareTo(other.runner);
    }
}
