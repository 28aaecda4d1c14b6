package io.fleetwall.gateway.cluster;

import java.io.Serializable;

/**
 * Which revision a gateway has seen committed.
 *
 * @param revision monotonic, 0 for none
 * @param digest of its sources, lower-case hex
 */
public record Head(long revision, String digest) implements Serializable {}
