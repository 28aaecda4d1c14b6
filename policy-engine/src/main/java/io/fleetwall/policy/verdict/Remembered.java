package io.fleetwall.policy.verdict;

/**
 * The verdict a flow got.
 *
 * @param stamp the slot word it was decided under; another one makes it void
 */
public record Remembered(long stamp, Reason reason, int rule) {}
