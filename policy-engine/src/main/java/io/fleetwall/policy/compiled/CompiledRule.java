package io.fleetwall.policy.compiled;

import io.fleetwall.policy.compiled.Outcome.Effect;
import io.fleetwall.policy.document.Ports;
import io.fleetwall.policy.document.Rule;

/**
 * What an event says of the rule that decided.
 *
 * @param policy name of the policy document
 * @param file source file, relative to the policy directory
 * @param line 1-based
 * @param text the rule in one line, for example {@code allow host registry.npmjs.org ports 443/tcp}
 * @param reason the author's reason, or empty
 */
public record CompiledRule(String policy, String file, int line, String text, String reason) {
    /** A rule in one line. */
    public static String text(Effect effect, Rule rule) {
        return text(effect, rule, "");
    }

    /** With something behind the subject. */
    static String text(Effect effect, Rule rule, String more) {
        String verb = effect == Effect.DENY ? "deny " : "allow ";
        String ports = rule.ports().equals(Ports.EVERYTHING) ? "" : " ports " + rule.ports();
        return verb + rule.subject() + more + ports;
    }
}
