package io.fleetwall.gateway.fleet;

import io.fleetwall.protocol.message.Digest;

/**
 * Which policy, at which revision, chosen for which scope. Desired and applied are compared by this
 * and by nothing else.
 */
public record PolicyMark(long revision, Digest scope, Digest policy) {
    /** The built-in deny-all, before anything was applied. */
    public static final PolicyMark NONE = new PolicyMark(0, Digest.NONE, Digest.NONE);
}
