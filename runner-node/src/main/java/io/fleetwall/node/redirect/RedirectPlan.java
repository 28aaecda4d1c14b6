package io.fleetwall.node.redirect;

import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Whose DNS is brought to the proxy.
 *
 * @param runners interfaces of container runners: everything that comes in there
 * @param agent set when the machine itself is a runner: everything it sends, but for what processes
 *     of this control group send
 * @param port of the proxy
 */
public record RedirectPlan(SortedSet<String> runners, Optional<ControlGroup> agent, int port) {
    public RedirectPlan {
        runners = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(runners));
    }

    /** Whether there is nobody to redirect. */
    public boolean isEmpty() {
        return runners.isEmpty() && agent.isEmpty();
    }
}
