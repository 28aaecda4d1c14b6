package io.fleetwall.policy.document;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which scopes a policy is for. An absent key is {@link Glob#ANY}; labels must all be present on
 * the runner.
 *
 * @param organization compared without regard to ASCII case, as the forges do; so is repository
 */
public record Match(
        Glob organization,
        Glob repository,
        Glob workflow,
        Glob job,
        Glob ref,
        SortedSet<String> runnerLabels) {
    /** Fits every scope. */
    public static final Match ANY =
            new Match(Glob.ANY, Glob.ANY, Glob.ANY, Glob.ANY, Glob.ANY, new TreeSet<>());

    public Match {
        runnerLabels = Collections.unmodifiableSortedSet(new TreeSet<>(runnerLabels));
    }
}
