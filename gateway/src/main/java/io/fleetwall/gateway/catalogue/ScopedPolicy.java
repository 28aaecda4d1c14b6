package io.fleetwall.gateway.catalogue;

import io.fleetwall.policy.document.Problem;
import io.fleetwall.protocol.message.SignedPolicy;
import java.util.List;

/** What a scope gets at a revision. */
public sealed interface ScopedPolicy {
    /**
     * A policy to enforce.
     *
     * @param signed with its body
     * @param fits names of the fitting policies; empty means that everything is denied because
     *     nothing fits
     */
    record Ready(SignedPolicy signed, List<String> fits) implements ScopedPolicy {
        public Ready {
            fits = List.copyOf(fits);
        }
    }

    /** The policy exceeds what a node's tables hold; the runner keeps what it has. */
    record TooLarge(List<Problem> problems) implements ScopedPolicy {
        public TooLarge {
            problems = List.copyOf(problems);
        }
    }
}
