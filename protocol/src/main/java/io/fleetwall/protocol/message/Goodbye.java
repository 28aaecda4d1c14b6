package io.fleetwall.protocol.message;

import java.time.Duration;

/**
 * The gateway is about to close the connection.
 *
 * @param reason for the log
 * @param reconnectAfter the node waits this long, so that a drained gateway's nodes do not come all
 *     at once. Millisecond precision on the wire.
 */
public record Goodbye(String reason, Duration reconnectAfter) implements GatewayMessage {}
