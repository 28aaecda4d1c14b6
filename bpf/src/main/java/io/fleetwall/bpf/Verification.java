package io.fleetwall.bpf;

import java.util.List;

/**
 * Whether the kernel's tables still hold what was put there.
 *
 * @param entries compared this time
 * @param differences what somebody else changed, in words, at most {@link #LIMIT}; empty is as it
 *     should be
 * @param complete whether this call reached the end of the tables; the next one begins anew then
 */
public record Verification(int entries, List<String> differences, boolean complete) {
    /** One difference is enough to act on; a few more help to understand it. */
    static final int LIMIT = 16;

    public Verification {
        differences = List.copyOf(differences);
    }

    /** Whether nothing was changed, as far as was compared this time. */
    public boolean intact() {
        return differences.isEmpty();
    }
}
