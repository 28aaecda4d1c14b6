package io.fleetwall.node.dns.wire;

/**
 * How much of an upstream's answer is taken.
 *
 * @param addresses further address records are left out, and so never learned
 * @param ttlSeconds greater TTLs are lowered to this, negative ones too
 */
public record AnswerLimits(int addresses, int ttlSeconds) {}
