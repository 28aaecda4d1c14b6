package io.fleetwall.gateway.identity;

import io.fleetwall.protocol.signature.PolicySigner;
import io.fleetwall.protocol.signature.PolicyVerifier;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;

/**
 * The key that makes a policy the fleet's word (Ed25519). Apart from the certificate authority's,
 * so that whoever may admit nodes cannot thereby change what they enforce.
 */
public final class FleetKey {
    private static final String FIRST = "fleet-signing.key";
    private static final String PUBLIC_KEY = "PUBLIC KEY";
    private final String file;
    private final PolicySigner signer;
    private final byte[] publicKey;

    private FleetKey(String file, PrivateKey key, PublicKey publicKey) {
        this.file = file;
        this.publicKey = publicKey.getEncoded();
        this.signer = new PolicySigner(PolicyVerifier.keyId(this.publicKey), key);
    }

    /** The first key of this state directory, made at the first start. */
    public static FleetKey open(StateDirectory state) {
        if (state.read(FIRST).orElse("").isEmpty()) {
            state.write(FIRST, text(pair()));
        }
        return read(state, FIRST);
    }

    /** Another key, which does not count yet. */
    static FleetKey create(StateDirectory state) {
        KeyPair pair = pair();
        String name = file(PolicyVerifier.keyId(pair.getPublic().getEncoded()));
        state.write(name, text(pair));
        return read(state, name);
    }

    /** The key with this id, which is there. */
    static FleetKey open(StateDirectory state, String keyId) {
        FleetKey first = open(state);
        return first.signer.keyId().equals(keyId) ? first : read(state, file(keyId));
    }

    /** Where a key other than the first is. */
    static String file(String keyId) {
        return "fleet-signing-" + keyId + ".key";
    }

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java 25 has Ed25519", missing);
        }
    }

    private static String text(KeyPair pair) {
        return Pem.write(Pem.PRIVATE_KEY, pair.getPrivate().getEncoded())
                + Pem.write(PUBLIC_KEY, pair.getPublic().getEncoded());
    }

    private static FleetKey read(StateDirectory state, String name) {
        try {
            String text =
                    state.read(name)
                            .orElseThrow(() ->
                                    new IllegalArgumentException(
                                            "it is missing: copy it from the gateway that made it,"
                                                    + " or give all the same cluster.secret"));
            PublicKey publicKey =
                    KeyFactory.getInstance("Ed25519")
                            .generatePublic(new X509EncodedKeySpec(Pem.read(PUBLIC_KEY, text)));
            return new FleetKey(name, Pem.key("Ed25519", text), publicKey);
        } catch (GeneralSecurityException | IllegalArgumentException broken) {
            throw new IllegalStateException("unusable key " + state.file(name), broken);
        }
    }

    /** Signs policies. */
    public PolicySigner signer() {
        return signer;
    }

    /** Its name in the state directory. */
    String file() {
        return file;
    }

    /** The public half: X.509 SubjectPublicKeyInfo, DER. */
    byte[] encoded() {
        return publicKey.clone();
    }
}
