package io.fleetwall.policy.verdict;

import io.fleetwall.policy.catalogue.Catalogue;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.policy.document.Mode;
import java.util.List;
import java.util.Optional;

/**
 * Why a destination would be allowed or denied for a scope: the verdict, and every rule that names
 * the destination in the order in which rules are asked.
 *
 * @param fits the policies that fit the scope, general to specific
 * @param considered deny before allow, networks before hosts, the more specific first
 * @param notes what the verdict does not say
 */
public record Explanation(
        Destination destination,
        Reason reason,
        Mode mode,
        List<String> fits,
        List<Considered> considered,
        List<String> notes) {
    public Explanation {
        fits = List.copyOf(fits);
        considered = List.copyOf(considered);
        notes = List.copyOf(notes);
    }

    /** Explains what a catalogue says of a destination. */
    public static Explanation explain(Catalogue catalogue, Scope scope, Destination destination) {
        return new Inquiry(catalogue, scope, destination).explain();
    }

    /** The rule that decided, if one did. */
    public Optional<Considered> decidedBy() {
        return considered.stream()
                .filter(c -> c.standing() == Considered.Standing.DECIDES)
                .findFirst();
    }

    /** Whether packets pass: in audit mode all do. */
    public boolean passes() {
        return reason.allowed() || mode == Mode.AUDIT;
    }

    /** For people, several lines. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(verdict()).append(": ").append(destination).append('\n');
        text.append("  because ").append(because()).append('\n');
        String order = fits.isEmpty() ? "none fits: deny all" : String.join(" → ", fits);
        text.append("  policies ").append(order).append('\n');
        considered.forEach(rule -> text.append("  ").append(rule).append('\n'));
        notes.forEach(note -> text.append("  note: ").append(note).append('\n'));
        return text.toString();
    }

    private String verdict() {
        if (reason.allowed()) {
            return "allowed";
        }
        return mode == Mode.AUDIT ? "passes in audit mode, would be denied" : "denied";
    }

    private String because() {
        return switch (reason) {
            case ALLOWED_BY_RULE, DENIED_BY_RULE ->
                    decidedBy().map(c -> c.origin() + " says " + c.text()).orElse(reason.name());
            case ALLOWED_BY_DEFAULT -> "no rule speaks and the default is allow";
            case DENIED_BY_DEFAULT -> "no rule speaks and the default is deny";
            case DNS_ELSEWHERE -> "jobs reach no DNS server but the node's own proxy";
            case PROTOCOL -> "rules allow TCP, UDP and echo requests only";
            default -> reason.name();
        };
    }
}
