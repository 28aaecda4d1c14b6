package io.fleetwall.policy.compiled;

/**
 * What an event says of the rule that decided.
 *
 * @param policy name of the policy document
 * @param file source file, relative to the policy directory
 * @param line 1-based
 * @param text the rule in one line, for example {@code allow host registry.npmjs.org ports 443/tcp}
 * @param reason the author's reason, or empty
 */
public record CompiledRule(String policy, String file, int line, String text, String reason) {}
