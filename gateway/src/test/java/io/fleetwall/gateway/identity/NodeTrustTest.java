package io.fleetwall.gateway.identity;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;

final class NodeTrustTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final X500Principal CA = new X500Principal("CN=Fleetwall fleet CA");

    private final KeyPair authorityKey = keyPair();
    private final KeyPair nodeKey = keyPair();
    private final X509Certificate authority =
            new Draft(CA, CA, authorityKey).authority().sign(authorityKey.getPrivate());
    private final NodeTrust trust = new NodeTrust(pem(authority), () -> NOW);

    @Test
    void aNodesCertificateOfThisFleetIsGood() {
        X509Certificate good = node().client().sign(authorityKey.getPrivate());
        assertDoesNotThrow(() -> trust.checkClientTrusted(chain(good), "EC"));
        assertDoesNotThrow(() -> trust.checkClientTrusted(chain(good, authority), "EC"));
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefusedEvenOneOfTheSameName() {
        KeyPair other = keyPair();
        refused("not the authority's", node().client().sign(other.getPrivate()));
        X500Principal name = new X500Principal("CN=somebody");
        refused(
                "of another authority",
                new Draft(name, new X500Principal("CN=n"), nodeKey)
                        .client()
                        .sign(authorityKey.getPrivate()));
    }

    @Test
    void timeIsLookedAt() {
        refused(
                "NotAfter",
                node().client()
                        .between(NOW.minusSeconds(7_200), NOW.minusSeconds(1))
                        .sign(authorityKey.getPrivate()));
        refused(
                "NotBefore",
                node().client()
                        .between(NOW.plusSeconds(1), NOW.plusSeconds(7_200))
                        .sign(authorityKey.getPrivate()));
    }

    @Test
    void aCertificateForSomethingElseIsRefused() {
        refused(
                "not for a TLS client",
                node().purpose(KeyPurposeId.id_kp_serverAuth)
                        .usage(KeyUsage.digitalSignature)
                        .sign(authorityKey.getPrivate()));
        refused(
                "not for a TLS client",
                node().purpose(KeyPurposeId.id_kp_clientAuth)
                        .usage(KeyUsage.keyAgreement)
                        .sign(authorityKey.getPrivate()));
        refused(
                "not for a TLS client",
                node().purpose(KeyPurposeId.id_kp_clientAuth).sign(authorityKey.getPrivate()));
        refused("not a node's certificate", node().sign(authorityKey.getPrivate()));
    }

    @Test
    void whatIsCriticalAndNotUnderstoodIsRefused() {
        refused(
                "not a node's certificate",
                node().client()
                        .with(new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"), DERNull.INSTANCE)
                        .sign(authorityKey.getPrivate()));
    }

    @Test
    void anAuthorityIsNoNodeAndSignsNoneInTheFleetsName() {
        KeyPair middle = keyPair();
        X500Principal name = new X500Principal("CN=intermediate");
        X509Certificate intermediate =
                new Draft(CA, name, middle).authority().client().sign(authorityKey.getPrivate());
        refused("not a node's certificate", intermediate);
        X509Certificate below =
                new Draft(name, new X500Principal("CN=n"), nodeKey)
                        .client()
                        .sign(middle.getPrivate());
        refused("of another authority", below, intermediate, authority);
        refused("not a node's certificate", authority);
    }

    @Test
    void nobodyIsTrustedWithoutACertificateOrAsAServer() {
        refused("no certificate");
        X509Certificate good = node().client().sign(authorityKey.getPrivate());
        assertThrows(CertificateException.class, () -> trust.checkServerTrusted(chain(good), "EC"));
    }

    private void refused(String why, X509Certificate... chain) {
        CertificateException refused =
                assertThrows(
                        CertificateException.class, () -> trust.checkClientTrusted(chain, "EC"));
        assertTrue(refused.toString().contains(why), refused::toString);
    }

    private Draft node() {
        return new Draft(CA, new X500Principal("CN=n"), nodeKey);
    }

    private static X509Certificate[] chain(X509Certificate... chain) {
        return chain;
    }

    private static String pem(X509Certificate certificate) {
        try {
            return Pem.write(Pem.CERTIFICATE, certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A certificate on its way. */
    private static final class Draft {
        private final X500Principal issuer;
        private final X500Principal subject;
        private final KeyPair pair;
        private final Map<ASN1ObjectIdentifier, ASN1Encodable> extensions = new LinkedHashMap<>();
        private Instant from = NOW.minusSeconds(3_600);
        private Instant to = NOW.plusSeconds(3_600);

        Draft(X500Principal issuer, X500Principal subject, KeyPair pair) {
            this.issuer = issuer;
            this.subject = subject;
            this.pair = pair;
        }

        Draft between(Instant begin, Instant end) {
            from = begin;
            to = end;
            return this;
        }

        Draft with(ASN1ObjectIdentifier extension, ASN1Encodable value) {
            extensions.put(extension, value);
            return this;
        }

        Draft purpose(KeyPurposeId purpose) {
            return with(Extension.extendedKeyUsage, new ExtendedKeyUsage(purpose));
        }

        Draft usage(int bits) {
            return with(Extension.keyUsage, new KeyUsage(bits));
        }

        Draft client() {
            return purpose(KeyPurposeId.id_kp_clientAuth).usage(KeyUsage.digitalSignature);
        }

        Draft authority() {
            return with(Extension.basicConstraints, new BasicConstraints(0));
        }

        X509Certificate sign(PrivateKey key) {
            try {
                var builder =
                        new JcaX509v3CertificateBuilder(
                                issuer,
                                BigInteger.TWO,
                                Date.from(from),
                                Date.from(to),
                                subject,
                                pair.getPublic());
                for (var extension : extensions.entrySet()) {
                    builder.addExtension(extension.getKey(), true, extension.getValue());
                }
                return new JcaX509CertificateConverter()
                        .getCertificate(
                                builder.build(
                                        new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
            } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
