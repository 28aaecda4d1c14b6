package io.fleetwall.protocol.message;

/** The policy a runner is to have in force. A later one replaces an earlier one. */
public record Desired(String runner, SignedPolicy policy) implements GatewayMessage {}
