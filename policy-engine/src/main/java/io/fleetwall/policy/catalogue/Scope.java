package io.fleetwall.policy.catalogue;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a policy is chosen for: a runner's labels, and the job it runs, if any.
 *
 * @param labels runner labels, sorted
 * @param job empty between jobs
 */
public record Scope(SortedSet<String> labels, Optional<Job> job) {
    public Scope {
        labels = Collections.unmodifiableSortedSet(new TreeSet<>(labels));
    }
}
