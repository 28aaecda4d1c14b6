package io.fleetwall.node.config;

import java.util.List;

/**
 * The runners of a node as they are now: those of the configuration, until the operator adds or
 * removes some. Thread-safe; who must not tell a runner anything any more looks here.
 */
public final class Roster {
    private volatile List<NodeConfig.Runner> runners;

    public Roster(List<NodeConfig.Runner> runners) {
        this.runners = List.copyOf(runners);
    }

    /** Every runner that may be spoken to. */
    public List<NodeConfig.Runner> now() {
        return runners;
    }

    /** From now on, these. */
    public void become(List<NodeConfig.Runner> next) {
        runners = List.copyOf(next);
    }
}
