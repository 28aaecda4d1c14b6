package io.fleetwall.protocol.message;

import java.util.Arrays;
import java.util.Optional;

/**
 * An effective policy with the fleet's word for it. The signature (Ed25519, RFC 8032) covers
 * revision, scope and policy digest: it cannot be replayed to a runner of another scope, and a
 * lower revision cannot replace a higher one. One signature serves every runner of a scope.
 *
 * @param revision catalogue revision, from 1
 * @param scope digest of the scope it was chosen for
 * @param policy digest of the body
 * @param keyId which fleet key signed
 * @param signature 64 bytes
 * @param body canonical bytes of the compiled policy; absent when the receiver has them (same
 *     digest)
 */
public record SignedPolicy(
        long revision,
        Digest scope,
        Digest policy,
        String keyId,
        byte[] signature,
        Optional<byte[]> body) {
    public SignedPolicy {
        if (revision < 1) {
            throw new IllegalArgumentException("revision " + revision);
        }
        signature = signature.clone();
    }

    @Override
    public byte[] signature() {
        return signature.clone();
    }

    /** The same statement without its body. */
    public SignedPolicy bodiless() {
        return new SignedPolicy(revision, scope, policy, keyId, signature, Optional.empty());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SignedPolicy that
                && revision == that.revision
                && scope.equals(that.scope)
                && policy.equals(that.policy)
                && keyId.equals(that.keyId)
                && Arrays.equals(signature, that.signature)
                && Arrays.equals(body.orElse(null), that.body.orElse(null));
    }

    @Override
    public int hashCode() {
        return policy.hashCode() * 31 + Long.hashCode(revision);
    }

    @Override
    public String toString() {
        return "SignedPolicy[revision="
                + revision
                + ", scope="
                + scope.brief()
                + ", policy="
                + policy.brief()
                + "]";
    }
}
