package io.fleetwall.protocol.message;

import java.util.UUID;

/** Every event of {@code boot} up to and including {@code sequence} is stored. */
public record EventAck(UUID boot, long sequence) implements GatewayMessage {}
