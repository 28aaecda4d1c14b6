package io.fleetwall.protocol.signature;

import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.wire.ScopeForm;
import io.fleetwall.protocol.wire.WireWriter;

/**
 * Names a scope by a digest, so that a signature can cover it. Only what a policy can be chosen by
 * counts: two runs of one job on one ref have the same scope, and one signature serves both.
 */
public final class ScopeDigest {
    private ScopeDigest() {}

    /** The digest of {@code scope}; equal but for run, attempt and actor, equal digests. */
    public static Digest of(Scope scope) {
        WireWriter writer = new WireWriter();
        ScopeForm.writeChoice(writer, scope);
        return Digest.of(writer.bytes());
    }
}
