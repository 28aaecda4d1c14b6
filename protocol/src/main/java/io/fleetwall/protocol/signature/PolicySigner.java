package io.fleetwall.protocol.signature;

import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.SignedPolicy;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Optional;

/**
 * Signs policies with the fleet's Ed25519 key (RFC 8032). Immutable, for any thread.
 *
 * @param keyId {@link PolicyVerifier#keyId} of the public half
 */
public record PolicySigner(String keyId, PrivateKey key) {
    /** Signs {@code body} as the policy of {@code scope} at {@code revision}. */
    public SignedPolicy sign(long revision, Digest scope, byte[] body) {
        Digest policy = Digest.of(body);
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(Statement.of(revision, scope, policy));
            return new SignedPolicy(
                    revision, scope, policy, keyId, signature.sign(), Optional.of(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the fleet key " + keyId + " cannot sign", e);
        }
    }
}
