package io.fleetwall.node.enforce;

import io.fleetwall.policy.compiled.CompiledRule;
import java.util.List;

/**
 * What an event needs of a policy that is or was in force: its rules, and for which names addresses
 * were learned. Not the whole {@link Standing}, whose tables would stay in memory with it.
 */
record Ruling(long revision, List<CompiledRule> rules, LearnedBook names) {
    static Ruling of(Standing standing) {
        return new Ruling(
                standing.revision(), standing.policy().rules(), standing.tables().learned());
    }

    /** With the names that another policy's addresses have. */
    Ruling named(LearnedBook others) {
        return new Ruling(revision, rules, others);
    }
}
