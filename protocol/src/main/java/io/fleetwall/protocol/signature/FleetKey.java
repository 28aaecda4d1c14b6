package io.fleetwall.protocol.signature;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.spec.InvalidKeySpecException;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * A public key that checks Ed25519 signatures (RFC 8032). Its point is decoded once; the JDK
 * decodes it anew for each signature and is eight times as slow.
 */
final class FleetKey {
    private final Ed25519PublicKeyParameters key;

    private FleetKey(Ed25519PublicKeyParameters key) {
        this.key = key;
    }

    /**
     * Reads a key.
     *
     * @param der X.509 SubjectPublicKeyInfo (RFC 8410)
     * @throws GeneralSecurityException if it is no Ed25519 key, or no point of the curve
     */
    static FleetKey of(byte[] der) throws GeneralSecurityException {
        try {
            if (PublicKeyFactory.createKey(der) instanceof Ed25519PublicKeyParameters key) {
                return new FleetKey(key);
            }
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            throw new InvalidKeySpecException("no Ed25519 key", e);
        }
        throw new InvalidKeySpecException("no Ed25519 key");
    }

    boolean verifies(byte[] message, byte[] signature) {
        return signature.length == Ed25519.SIGNATURE_SIZE
                && key.verify(
                        Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
    }
}
