package io.fleetwall.protocol.signature;

import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.KeyStatement;
import io.fleetwall.protocol.message.SignedPolicy;
import java.io.IOException;
import java.security.PrivateKey;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Signs policies with the fleet's Ed25519 key (RFC 8032). Immutable, for any thread. A rollout
 * waits for a signature a scope, and the JDK takes ten times as long for one.
 */
public final class PolicySigner {
    private final String keyId;
    private final Ed25519PrivateKeyParameters key;

    /**
     * A signer with this key.
     *
     * @param keyId {@link PolicyVerifier#keyId} of the public half
     * @throws IllegalArgumentException if it is no Ed25519 key
     */
    public PolicySigner(String keyId, PrivateKey key) {
        this.keyId = keyId;
        this.key = read(key);
    }

    private static Ed25519PrivateKeyParameters read(PrivateKey key) {
        try {
            if (PrivateKeyFactory.createKey(key.getEncoded())
                    instanceof Ed25519PrivateKeyParameters read) {
                // Derives and keeps the public half, which each signature needs.
                read.generatePublicKey();
                return read;
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("no Ed25519 key", e);
        }
        throw new IllegalArgumentException("no Ed25519 key");
    }

    /** Which key this is. */
    public String keyId() {
        return keyId;
    }

    /** Signs {@code body} as the policy of {@code scope} at {@code revision}. */
    public SignedPolicy sign(long revision, Digest scope, byte[] body) {
        Digest policy = Digest.of(body);
        byte[] signature = sign(Statement.of(revision, scope, policy));
        return new SignedPolicy(revision, scope, policy, keyId, signature, Optional.of(body));
    }

    /** Says which keys count from now on. */
    public KeyStatement sign(long number, List<byte[]> keys) {
        return new KeyStatement(number, keys, keyId, sign(Statement.ofKeys(number, keys)));
    }

    private byte[] sign(byte[] statement) {
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        key.sign(Ed25519.Algorithm.Ed25519, null, statement, 0, statement.length, signature, 0);
        return signature;
    }
}
