package io.fleetwall.policy.document;

/**
 * One thing wrong with a policy source, for its author.
 *
 * @param severity an ERROR refuses the source, a WARNING does not
 * @param code stable and never reused, for example {@code FW-P012}
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

    @Override
    public String toString() {
        return origin + ": " + severity + " " + code + ": " + message + " (" + hint + ")";
    }
}
