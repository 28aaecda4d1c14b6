package io.fleetwall.protocol.signature;

import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.KeyStatement;
import io.fleetwall.protocol.message.SignedPolicy;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks policies against the fleet's public keys; several, so that a key can be rotated.
 * Immutable, for any thread.
 */
public final class PolicyVerifier {
    private final Map<String, FleetKey> keys;

    private PolicyVerifier(Map<String, FleetKey> keys) {
        this.keys = Map.copyOf(keys);
    }

    /**
     * A verifier that trusts these keys.
     *
     * @param encoded X.509 SubjectPublicKeyInfo (RFC 8410), DER
     * @throws GeneralSecurityException if one is no Ed25519 key
     */
    public static PolicyVerifier of(List<byte[]> encoded) throws GeneralSecurityException {
        Map<String, FleetKey> keys = new HashMap<>();
        for (byte[] der : encoded) {
            keys.put(keyId(der), FleetKey.of(der));
        }
        return new PolicyVerifier(keys);
    }

    /** The id of a public key: the first sixteen hexadecimal digits of its DER form's digest. */
    public static String keyId(byte[] encoded) {
        return Digest.of(encoded).toString().substring(0, 16);
    }

    /**
     * Whether a trusted key signed this statement, and the body, if there is one, is the one it
     * names.
     */
    public boolean accepts(SignedPolicy policy) {
        FleetKey key = keys.get(policy.keyId());
        if (key == null
                || policy.body()
                        .map(Digest::of)
                        .filter(d -> !d.equals(policy.policy()))
                        .isPresent()) {
            return false;
        }
        return key.verifies(
                Statement.of(policy.revision(), policy.scope(), policy.policy()),
                policy.signature());
    }

    /** Whether a trusted key signed this statement about keys. Its number is not judged here. */
    public boolean accepts(KeyStatement statement) {
        FleetKey key = keys.get(statement.keyId());
        return key != null
                && key.verifies(
                        Statement.ofKeys(statement.number(), statement.keys()),
                        statement.signature());
    }
}
