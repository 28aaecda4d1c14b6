package io.fleetwall.protocol.message;

import java.util.List;

/**
 * What a node's kernel has of what enforcement wants, and how its runners' enforcement was found.
 * Said after the gateway's {@link Welcome}, when something changed, and from time to time. Since
 * protocol version 2: a gateway that welcomes with 1 is not told.
 */
public record NodeState(List<Capability> kernel, List<Attestation> runners) implements NodeMessage {
    /** The protocol version it came with. */
    public static final int SINCE = 2;

    public NodeState {
        kernel = List.copyOf(kernel);
        runners = List.copyOf(runners);
    }
}
