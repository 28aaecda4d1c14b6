package io.fleetwall.protocol.message;

import java.util.List;

/**
 * All statements about the fleet's keys there ever were, oldest first: a node that was away follows
 * them one by one. For nodes that speak version {@link #SINCE}.
 */
public record KeysChanged(List<KeyStatement> statements) implements GatewayMessage {
    /** The protocol version that brought it. */
    public static final int SINCE = 2;

    public KeysChanged {
        statements = List.copyOf(statements);
    }
}
