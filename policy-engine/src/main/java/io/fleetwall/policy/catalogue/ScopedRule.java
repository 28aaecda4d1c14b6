package io.fleetwall.policy.catalogue;

import io.fleetwall.policy.document.Rule;

/**
 * A rule of an effective policy, and the document it stands in.
 *
 * @param policy name of the document; a pack's own name for a rule that was included
 */
public record ScopedRule(String policy, Rule rule) {}
