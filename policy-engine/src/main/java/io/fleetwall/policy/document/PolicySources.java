package io.fleetwall.policy.document;

import java.util.Collection;
import java.util.List;
import java.util.SortedMap;

/** All policy documents of a catalogue, and what is wrong between them. */
public final class PolicySources {
    private PolicySources() {}

    /** What reading came to. */
    public sealed interface Reading {
        /** The documents by name. */
        record Policies(SortedMap<String, EgressPolicy> policies, List<Problem> warnings)
                implements Reading {}

        /** Every problem, warnings included, by file and line. */
        record Refused(List<Problem> problems) implements Reading {}
    }

    /** Reads documents. */
    public static Reading read(Collection<SourceFile> files) {
        return new SourcesReading().read(files);
    }
}
