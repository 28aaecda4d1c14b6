package io.fleetwall.protocol.wire;

import io.fleetwall.protocol.message.SignedPolicy;

/** The wire form of a signed policy; a node persists its last good one in the same bytes. */
public final class SignedPolicyForm {
    private SignedPolicyForm() {}

    /** The bytes of one signed policy. */
    public static byte[] bytes(SignedPolicy policy) {
        WireWriter out = new WireWriter();
        write(out, policy);
        return out.bytes();
    }

    /** Reads exactly one signed policy. Its signature is not checked here. */
    public static SignedPolicy policy(byte[] bytes) throws MalformedMessageException {
        WireReader in = new WireReader(bytes);
        SignedPolicy policy = read(in);
        in.end();
        return policy;
    }

    static void write(WireWriter out, SignedPolicy policy) {
        out.i64(policy.revision());
        out.digest(policy.scope());
        out.digest(policy.policy());
        out.text(policy.keyId());
        out.blob(policy.signature());
        out.optional(policy.body(), WireWriter::blob);
    }

    static SignedPolicy read(WireReader in) throws MalformedMessageException {
        return new SignedPolicy(
                in.positive(),
                in.digest(),
                in.digest(),
                in.text(),
                in.blob(),
                in.optional(WireReader::blob));
    }
}
