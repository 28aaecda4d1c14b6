package io.fleetwall.node.bus;

/** Which names does a runner ask for most? Answered by {@code TopNames}. */
public record TopQuestion(String runner) {}
