package io.fleetwall.policy.verdict;

import io.fleetwall.policy.compiled.CompiledPolicy;

/**
 * What an interface points at.
 *
 * @param stamp the whole slot word, as flows remember it
 */
public record Slot(long stamp, CompiledPolicy policy, Dns dns) {
    /** What becomes of DNS to anybody. */
    public enum Dns {
        /** Only to the node's own addresses. */
        AS_ADDRESSED,
        /** The node redirects port 53 to its proxy, so whoever it was meant for. */
        REDIRECTED
    }
}
