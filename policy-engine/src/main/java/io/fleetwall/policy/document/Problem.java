package io.fleetwall.policy.document;

import java.util.Comparator;

/**
 * One thing wrong with a policy source, for its author.
 *
 * @param severity an ERROR refuses the source, a WARNING does not
 * @param code stable and never reused, for example {@code FW-P012}; see {@link ProblemCode}
 * @param origin where
 * @param message what is wrong
 * @param hint what to do about it
 */
public record Problem(Severity severity, String code, Origin origin, String message, String hint) {
    /** How much a problem weighs. */
    public enum Severity {
        ERROR,
        WARNING
    }

    /** By file, line and column. */
    public static final Comparator<Problem> BY_PLACE =
            Comparator.comparing((Problem p) -> p.origin().file())
                    .thenComparingInt(p -> p.origin().line())
                    .thenComparingInt(p -> p.origin().column());

    /** A problem of a known kind. */
    public static Problem of(ProblemCode code, Origin origin, String message, String hint) {
        return new Problem(code.severity(), code.code(), origin, message, hint);
    }

    @Override
    public String toString() {
        return origin + ": " + severity + " " + code + ": " + message + " (" + hint + ")";
    }
}
