package io.fleetwall.gateway.catalogue;

import io.fleetwall.policy.catalogue.Catalogue;
import io.fleetwall.policy.catalogue.EffectivePolicy;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.policy.compiled.CanonicalForm;
import io.fleetwall.policy.compiled.Compilation;
import io.fleetwall.policy.compiled.Compiler;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.signature.PolicySigner;
import io.fleetwall.protocol.signature.ScopeDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One revision in force in this gateway, and what each scope gets of it. Every distinct scope is
 * compiled and signed once, however many runners have it; a new revision starts a new snapshot, so
 * nothing here ever has to be invalidated.
 */
public final class Snapshot {
    private final Revision revision;
    private final Catalogue catalogue;
    private final PolicySigner signer;
    private final Map<Digest, ScopedPolicy> scopes = new ConcurrentHashMap<>();

    Snapshot(Revision revision, Catalogue catalogue, PolicySigner signer) {
        this.revision = revision;
        this.catalogue = catalogue;
        this.signer = signer;
    }

    /** Number, digest, author. */
    public Revision revision() {
        return revision;
    }

    /** The policies themselves. */
    public Catalogue catalogue() {
        return catalogue;
    }

    /** What a scope gets, if that has been compiled already; never blocks. */
    public Optional<ScopedPolicy> known(Digest scope) {
        return Optional.ofNullable(scopes.get(scope));
    }

    /** Names of the policies a scope gets at a revision; none where they are not at hand. */
    public List<String> fits(long number, Digest scope) {
        return number == revision.number()
                        && scopes.get(scope) instanceof ScopedPolicy.Ready(var signed, var fits)
                ? fits
                : List.of();
    }

    /** What a scope gets. Compiles (milliseconds for large policies): not for event loops. */
    public ScopedPolicy of(Scope scope) {
        return scopes.computeIfAbsent(ScopeDigest.of(scope), digest -> compile(digest, scope));
    }

    private ScopedPolicy compile(Digest digest, Scope scope) {
        EffectivePolicy effective = catalogue.effective(scope);
        return switch (Compiler.compile(effective)) {
            case Compilation.TooLarge(var problems) -> new ScopedPolicy.TooLarge(problems);
            case Compilation.Compiled(var policy) ->
                    new ScopedPolicy.Ready(
                            signer.sign(revision.number(), digest, CanonicalForm.bytes(policy)),
                            effective.fits());
        };
    }
}
