package io.fleetwall.protocol.message;

import java.time.Duration;

/**
 * The gateway's answer to a {@link Hello}.
 *
 * @param version the protocol version both speak
 * @param gateway its name, for people
 * @param heartbeat how often the node must speak; silent for three times as long, it counts as
 *     lost. Millisecond precision on the wire.
 */
public record Welcome(int version, String gateway, Duration heartbeat) implements GatewayMessage {}
