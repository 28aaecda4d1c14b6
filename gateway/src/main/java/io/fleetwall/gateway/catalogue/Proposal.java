package io.fleetwall.gateway.catalogue;

import io.fleetwall.policy.document.SourceFile;
import java.util.List;
import java.util.Optional;

/**
 * Sources somebody wants to be the next revision.
 *
 * @param expected publish only on top of this revision; empty for whatever is the head
 */
public record Proposal(List<SourceFile> sources, Author author, Optional<Long> expected) {
    public Proposal {
        sources = List.copyOf(sources);
    }

    /** Who proposes it, why, and in which words. */
    public record Author(String by, Revision.Cause cause, String message) {}
}
