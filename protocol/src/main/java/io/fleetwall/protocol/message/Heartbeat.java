package io.fleetwall.protocol.message;

import java.time.Instant;

/** The node lives; {@code at} is its own clock, for skew. Millisecond precision on the wire. */
public record Heartbeat(Instant at) implements NodeMessage {}
