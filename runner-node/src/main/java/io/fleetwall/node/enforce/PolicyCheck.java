package io.fleetwall.node.enforce;

import io.fleetwall.policy.compiled.CanonicalForm;
import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.compiled.MalformedPolicyException;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.SignedPolicy;

/**
 * Whether a signed policy may be put in force for a runner: the fleet's signature, the runner's own
 * scope, no revision that goes back, one content a revision (threat model A3).
 */
final class PolicyCheck {
    private final FleetKeys keys;

    PolicyCheck(FleetKeys keys) {
        this.keys = keys;
    }

    /**
     * What the runner holds the policy against.
     *
     * @param scope what the runner is now
     * @param highest the highest revision it ever had in force
     * @param standing what it has in force
     */
    record Against(Digest scope, long highest, Standing standing) {}

    /** What the check says. */
    sealed interface Finding {
        /** It is the fleet's word for this runner. */
        record Good() implements Finding {}

        /**
         * It is not.
         *
         * @param code stable, {@code FW-N…}
         */
        record Bad(String code, String problem, String hint) implements Finding {}
    }

    Finding check(SignedPolicy signed, Against against) {
        if (!keys.accepts(signed)) {
            return new Finding.Bad(
                    "FW-N002",
                    "no trusted key signed this (key " + signed.keyId() + ")",
                    "if the fleet's key was rotated, update the agent or enrol anew; otherwise"
                            + " somebody forges");
        }
        if (!signed.scope().equals(against.scope)) {
            return new Finding.Bad(
                    "FW-N003",
                    "signed for scope "
                            + signed.scope().brief()
                            + ", the runner's is "
                            + against.scope.brief(),
                    "the gateway sends the policy of the scope the runner reported last");
        }
        if (signed.revision() < against.highest) {
            return new Finding.Bad(
                    "FW-N004",
                    "revision " + signed.revision() + " after revision " + against.highest,
                    "revisions only rise; roll back by publishing the old content anew");
        }
        Standing standing = against.standing;
        if (signed.revision() == standing.revision()
                && signed.scope().equals(standing.scope())
                && !signed.policy().equals(standing.digest())) {
            return new Finding.Bad(
                    "FW-N005",
                    "revision " + signed.revision() + " has two contents",
                    "two gateways disagree: look at their stores");
        }
        return new Finding.Good();
    }

    /**
     * The policy in a body whose digest is already checked.
     *
     * @param like with which it may share what is the same
     */
    static CompiledPolicy decode(byte[] body, CompiledPolicy like) throws MalformedPolicyException {
        return CanonicalForm.read(body, like);
    }
}
