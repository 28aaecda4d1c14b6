package io.fleetwall.policy.compiled;

import io.fleetwall.policy.document.HostPattern;

/**
 * What the rules say for names that fit a pattern. Its program already contains what every wider
 * pattern says, so that the most specific match is the whole answer: exact, then one label, then
 * many labels with the longest base.
 *
 * @param program index into {@link CompiledPolicy#programs()}
 */
public record HostEntry(HostPattern pattern, int program) {}
