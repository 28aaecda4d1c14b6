package io.fleetwall.protocol.event;

import io.fleetwall.policy.document.Mode;

/**
 * What was decided, and on whose word.
 *
 * @param reason stable name, {@code Reason} in lower case with dashes, for example {@code
 *     denied-by-default}
 * @param mode AUDIT: reported, not blocked
 * @param revision catalogue revision in force
 * @param policy name of the deciding document, empty for the default
 * @param rule the rule in one line, empty for the default
 * @param file source of the rule, empty for the default
 * @param line 1-based, 0 for the default
 */
public record Judgement(
        String reason,
        Mode mode,
        long revision,
        String policy,
        String rule,
        String file,
        int line) {}
