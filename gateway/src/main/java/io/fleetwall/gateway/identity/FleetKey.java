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
import java.util.Base64;
import java.util.List;

/**
 * The key that makes a policy the fleet's word (Ed25519). Apart from the certificate authority's,
 * so that whoever may admit nodes cannot thereby change what they enforce.
 */
public final class FleetKey {
    private static final String FILE = "fleet-signing.key";
    private static final String PUBLIC_KEY = "PUBLIC KEY";
    private final PolicySigner signer;
    private final byte[] publicKey;

    private FleetKey(PrivateKey key, PublicKey publicKey) {
        this.publicKey = publicKey.getEncoded();
        this.signer = new PolicySigner(PolicyVerifier.keyId(this.publicKey), key);
    }

    /** The key of this state directory, made at the first start. */
    public static FleetKey open(StateDirectory state) {
        try {
            String text = state.read(FILE).orElse("");
            if (text.isEmpty()) {
                KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
                text =
                        Pem.write(Pem.PRIVATE_KEY, pair.getPrivate().getEncoded())
                                + Pem.write(PUBLIC_KEY, pair.getPublic().getEncoded());
                state.write(FILE, text);
            }
            PublicKey publicKey =
                    KeyFactory.getInstance("Ed25519")
                            .generatePublic(new X509EncodedKeySpec(Pem.read(PUBLIC_KEY, text)));
            return new FleetKey(Pem.key("Ed25519", text), publicKey);
        } catch (GeneralSecurityException | IllegalArgumentException broken) {
            throw new IllegalStateException("unusable key " + state.file(FILE), broken);
        }
    }

    /** Signs policies. */
    public PolicySigner signer() {
        return signer;
    }

    /** The public keys nodes are to trust: X.509 SubjectPublicKeyInfo, DER, base64. */
    public List<String> trusted() {
        return List.of(Base64.getEncoder().encodeToString(publicKey));
    }
}
