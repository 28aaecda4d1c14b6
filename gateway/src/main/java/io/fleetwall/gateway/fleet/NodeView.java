package io.fleetwall.gateway.fleet;

import io.fleetwall.protocol.message.Capability;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the gateway knows of a node.
 *
 * @param agent empty when it has not connected to this gateway since that started
 */
public record NodeView(
        String node, Optional<Agent> agent, RunnerView.Contact contact, List<RunnerView> runners) {
    public NodeView {
        runners = List.copyOf(runners);
    }

    /**
     * What an agent says of itself when it connects.
     *
     * @param kernel release
     * @param capabilities of the kernel; none while the agent has not said, or is too old to
     */
    public record Agent(
            String version, String kernel, Instant connected, List<Capability> capabilities) {
        public Agent {
            capabilities = List.copyOf(capabilities);
        }

        Agent with(List<Capability> found) {
            return new Agent(version, kernel, connected, found);
        }
    }

    /** How many runners have not what they should have. */
    public long behind() {
        return runners.stream().filter(RunnerView::isBehind).count();
    }

    /** Whether it is silent. */
    public boolean isLost() {
        return contact.presence() == RunnerView.Presence.LOST;
    }
}
