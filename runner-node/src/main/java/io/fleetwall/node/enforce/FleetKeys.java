package io.fleetwall.node.enforce;

import io.fleetwall.protocol.message.SignedPolicy;
import io.fleetwall.protocol.signature.PolicyVerifier;
import java.security.GeneralSecurityException;
import java.util.List;

/**
 * The fleet's policy keys as this node knows them: none until it is enrolled, so that until then no
 * policy is accepted. Thread-safe.
 */
public final class FleetKeys {
    private volatile PolicyVerifier verifier;

    /** Trusts nothing yet. */
    public FleetKeys() {
        try {
            verifier = PolicyVerifier.of(List.of());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("an empty list holds no bad key", e);
        }
    }

    /**
     * Trusts exactly these keys from now on.
     *
     * @param encoded X.509 SubjectPublicKeyInfo, DER
     */
    public void trust(List<byte[]> encoded) throws GeneralSecurityException {
        verifier = PolicyVerifier.of(encoded);
    }

    /** Whether one of the fleet's keys signed this policy, and its body is the one it names. */
    public boolean accepts(SignedPolicy policy) {
        return verifier.accepts(policy);
    }
}
