package io.fleetwall.protocol.message;

import java.util.List;
import java.util.UUID;

/**
 * A node's first message on a connection: who it is and everything it has in force, so that the
 * gateway needs no memory of it.
 *
 * @param version the newest protocol version the node speaks
 * @param node must equal the identity in the client certificate
 * @param boot new at each start of the agent; event sequences count within it
 * @param agentVersion for people
 * @param kernel release, for people
 */
public record Hello(
        int version,
        String node,
        UUID boot,
        String agentVersion,
        String kernel,
        List<RunnerReport> runners)
        implements NodeMessage {
    public Hello {
        runners = List.copyOf(runners);
    }
}
