package io.fleetwall.policy.compiled;

import io.fleetwall.policy.document.HostPattern;

/**
 * What the rules for one host pattern say. A name may match several entries: the DNS proxy unites
 * their programs (deny before allow).
 *
 * @param program index into {@link CompiledPolicy#programs()}
 */
public record HostEntry(HostPattern pattern, int program) {}
