package io.fleetwall.protocol.signature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.KeyStatement;
import io.fleetwall.protocol.message.SignedPolicy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PolicySignatureTest {
    private static final byte[] BODY = "body".getBytes(StandardCharsets.UTF_8);
    private final KeyPair fleet = pair();
    private final PolicySigner signer =
            new PolicySigner(
                    PolicyVerifier.keyId(fleet.getPublic().getEncoded()), fleet.getPrivate());
    private final SignedPolicy good = signer.sign(7, scope("refs/heads/main", "1"), BODY);

    @Test
    void theSignatureIsTheOneThatTheJdkMakesAndOnlyAnEd25519KeySigns()
            throws GeneralSecurityException {
        Signature jdk = Signature.getInstance("Ed25519");
        jdk.initSign(fleet.getPrivate());
        jdk.update(Statement.of(good.revision(), good.scope(), good.policy()));
        assertArrayEquals(jdk.sign(), good.signature());
        KeyPair other = KeyPairGenerator.getInstance("EC").generateKeyPair();
        assertThrows(
                IllegalArgumentException.class, () -> new PolicySigner("id", other.getPrivate()));
    }

    @Test
    void aStatementAboutKeysIsGoodAsItWasSignedOnly() throws GeneralSecurityException {
        byte[] mine = fleet.getPublic().getEncoded();
        byte[] next = pair().getPublic().getEncoded();
        KeyStatement statement = signer.sign(3, List.of(mine, next));
        assertTrue(verifier().accepts(statement));
        for (KeyStatement forged :
                List.of(
                        changed(statement, 4, List.of(mine, next)),
                        changed(statement, 3, List.of(next, mine)),
                        changed(statement, 3, List.of(next)),
                        new KeyStatement(3, statement.keys(), "another", statement.signature()),
                        new KeyStatement(3, statement.keys(), statement.keyId(), new byte[64]))) {
            assertFalse(verifier().accepts(forged), forged.toString());
        }
        assertFalse(PolicyVerifier.of(List.of(next)).accepts(statement), "of a key not trusted");
        assertFalse(
                verifier().accepts(changed(statement, 3, List.of(concat(mine, next)))),
                "two keys are not one");
    }

    private static KeyStatement changed(KeyStatement from, long number, List<byte[]> keys) {
        return new KeyStatement(number, keys, from.keyId(), from.signature());
    }

    private static byte[] concat(byte[] one, byte[] other) {
        return ByteBuffer.allocate(one.length + other.length).put(one).put(other).array();
    }

    @Test
    void aPolicyOfTheFleetIsAcceptedWithAndWithoutItsBody() throws GeneralSecurityException {
        assertTrue(verifier().accepts(good));
        assertTrue(verifier().accepts(good.bodiless()));
    }

    @Test
    void nothingThatTheSignatureCoversCanBeExchanged() throws GeneralSecurityException {
        Digest other = Digest.of(new byte[] {1});
        Optional<byte[]> none = Optional.empty();
        for (SignedPolicy forged :
                List.of(
                        new SignedPolicy(
                                8,
                                good.scope(),
                                good.policy(),
                                good.keyId(),
                                good.signature(),
                                none),
                        new SignedPolicy(
                                7, other, good.policy(), good.keyId(), good.signature(), none),
                        new SignedPolicy(
                                7, good.scope(), other, good.keyId(), good.signature(), none),
                        new SignedPolicy(
                                7, good.scope(), good.policy(), "00", good.signature(), none),
                        new SignedPolicy(
                                7, good.scope(), good.policy(), good.keyId(), new byte[64], none),
                        new SignedPolicy(
                                7, good.scope(), good.policy(), good.keyId(), new byte[3], none),
                        new SignedPolicy(
                                7,
                                good.scope(),
                                good.policy(),
                                good.keyId(),
                                good.signature(),
                                Optional.of(new byte[] {2})))) {
            assertFalse(verifier().accepts(forged), forged.toString());
        }
    }

    @Test
    void aPolicyOfAnotherFleetIsRefused() throws GeneralSecurityException {
        PolicyVerifier stranger = PolicyVerifier.of(List.of(pair().getPublic().getEncoded()));
        assertFalse(stranger.accepts(good));
    }

    @Test
    void whileAKeyIsRotatedBothAreAccepted() throws GeneralSecurityException {
        PolicyVerifier both =
                PolicyVerifier.of(
                        List.of(pair().getPublic().getEncoded(), fleet.getPublic().getEncoded()));
        assertTrue(both.accepts(good));
    }

    @Test
    void aScopesDigestNamesTheJobAndNotItsRun() {
        assertEquals(scope("refs/heads/main", "1"), scope("refs/heads/main", "2"));
        assertNotEquals(scope("refs/heads/main", "1"), scope("refs/heads/evil", "1"));
    }

    private PolicyVerifier verifier() throws GeneralSecurityException {
        return PolicyVerifier.of(List.of(fleet.getPublic().getEncoded()));
    }

    private static Digest scope(String ref, String run) {
        Job job = new Job("acme", "acme/api", "build.yml", "test", ref, run, 1, "octocat");
        return ScopeDigest.of(new Scope(new TreeSet<>(List.of("linux")), Optional.of(job)));
    }

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
