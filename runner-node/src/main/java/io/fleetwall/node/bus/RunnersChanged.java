package io.fleetwall.node.bus;

import java.util.List;

/** The gateway is to be told these runners, by name, instead of those before. */
public record RunnersChanged(List<String> runners) {
    public RunnersChanged {
        runners = List.copyOf(runners);
    }
}
