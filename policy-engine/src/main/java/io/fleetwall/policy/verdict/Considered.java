package io.fleetwall.policy.verdict;

import io.fleetwall.policy.compiled.Outcome.Effect;
import io.fleetwall.policy.document.Origin;

/**
 * A rule that names the destination.
 *
 * @param text the rule in one line
 * @param reason the author's reason, or empty
 */
public record Considered(
        Standing standing,
        Effect effect,
        String policy,
        Origin origin,
        String text,
        String reason) {
    /** What part it plays. */
    public enum Standing {
        /** It is the answer. */
        DECIDES,
        /** It speaks, but another one comes first. */
        OVERRULED,
        /** It names the destination, not the port. */
        OTHER_PORT,
        /** It is not in force any more. */
        EXPIRED
    }

    /** For people. */
    @Override
    public String toString() {
        String part =
                switch (standing) {
                    case DECIDES -> "decides";
                    case OVERRULED -> "overruled";
                    case OTHER_PORT -> "other port";
                    case EXPIRED -> "expired";
                };
        String why = reason.isEmpty() ? "" : "  # " + reason;
        return "%-10s  %s  %s  (%s)%s".formatted(part, origin, text, policy, why);
    }
}
