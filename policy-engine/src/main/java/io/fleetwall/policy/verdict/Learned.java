package io.fleetwall.policy.verdict;

import io.fleetwall.policy.compiled.PortProgram;

/**
 * What an address was learned for.
 *
 * @param expiresAt on the clock of {@link PlaneState#now}; from then on only live flows go on
 */
public record Learned(PortProgram program, long expiresAt) {}
