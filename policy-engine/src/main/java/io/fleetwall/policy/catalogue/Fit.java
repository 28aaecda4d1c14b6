package io.fleetwall.policy.catalogue;

import io.fleetwall.policy.document.EgressPolicy;
import io.fleetwall.policy.document.Glob;
import io.fleetwall.policy.document.Match;
import java.util.Comparator;
import java.util.Locale;

/** Whether a policy is for a scope, and which of two is the more general. */
final class Fit {
    private static final Job NO_JOB = new Job("", "", "", "", "", "", 0, "");

    /**
     * General before specific: the narrowest level that is stated decides (job, then workflow,
     * repository, organization), exact texts are narrower than globs, and longer globs than shorter
     * ones; then the ref, then the number of labels. Names break the last tie, so that the order
     * never depends on a file system.
     */
    static final Comparator<EgressPolicy> GENERAL_FIRST =
            Comparator.<EgressPolicy>comparingInt(p -> p.match().job().specificity())
                    .thenComparingInt(p -> p.match().workflow().specificity())
                    .thenComparingInt(p -> p.match().repository().specificity())
                    .thenComparingInt(p -> p.match().organization().specificity())
                    .thenComparingInt(p -> p.match().ref().specificity())
                    .thenComparingInt(p -> p.match().runnerLabels().size())
                    .thenComparing(EgressPolicy::name);

    private Fit() {}

    /** A scope without a job has empty texts for its parts. */
    static boolean fits(Match match, Scope scope) {
        Job job = scope.job().orElse(NO_JOB);
        return matchesIgnoringCase(match.organization(), job.organization())
                && matchesIgnoringCase(match.repository(), job.repository())
                && match.workflow().matches(job.workflow())
                && match.job().matches(job.job())
                && match.ref().matches(job.ref())
                && scope.labels().containsAll(match.runnerLabels());
    }

    private static boolean matchesIgnoringCase(Glob glob, String text) {
        return glob.any() || lower(glob).matches(text.toLowerCase(Locale.ROOT));
    }

    private static Glob lower(Glob glob) {
        return new Glob(glob.pattern().toLowerCase(Locale.ROOT));
    }
}
