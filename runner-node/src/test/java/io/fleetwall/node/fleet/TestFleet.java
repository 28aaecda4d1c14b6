package io.fleetwall.node.fleet;

import io.fleetwall.policy.catalogue.Catalogue;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.policy.compiled.CanonicalForm;
import io.fleetwall.policy.compiled.Compilation;
import io.fleetwall.policy.compiled.Compiler;
import io.fleetwall.policy.document.SourceFile;
import io.fleetwall.protocol.message.KeyStatement;
import io.fleetwall.protocol.message.SignedPolicy;
import io.fleetwall.protocol.signature.PolicySigner;
import io.fleetwall.protocol.signature.PolicyVerifier;
import io.fleetwall.protocol.signature.ScopeDigest;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** A fleet's policy key, and the policies it signs. */
public final class TestFleet {
    private final KeyPair pair;
    private final PolicySigner signer;

    public TestFleet() throws GeneralSecurityException {
        pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        signer =
                new PolicySigner(
                        PolicyVerifier.keyId(pair.getPublic().getEncoded()), pair.getPrivate());
    }

    /** The public half, DER. */
    public byte[] key() {
        return pair.getPublic().getEncoded();
    }

    /** Says which keys count from now on. */
    public KeyStatement sign(long number, TestFleet... fleets) {
        return sign(number, Stream.of(fleets).map(TestFleet::key).toArray(byte[][]::new));
    }

    /** The same of what may be no keys. */
    public KeyStatement sign(long number, byte[]... keys) {
        return signer.sign(number, List.of(keys));
    }

    /** Signs the effective policy of these lines below {@code spec:}, for this scope. */
    public SignedPolicy sign(long revision, Scope scope, String spec) {
        return signer.sign(revision, ScopeDigest.of(scope), body(scope, spec));
    }

    private static byte[] body(Scope scope, String spec) {
        String yaml =
                """
                apiVersion: fleetwall.io/v1
                kind: EgressPolicy
                metadata: { name: test }
                spec:
                """
                        + spec.indent(2);
        var read = Catalogue.read(1, Instant.EPOCH, List.of(SourceFile.of("test.yaml", yaml)));
        if (!(read instanceof Catalogue.Reading.Read valid)) {
            throw new IllegalArgumentException(read.toString());
        }
        var compilation = Compiler.compile(valid.catalogue().effective(scope));
        if (!(compilation instanceof Compilation.Compiled compiled)) {
            throw new IllegalArgumentException(compilation.toString());
        }
        return CanonicalForm.bytes(compiled.policy());
    }
}
