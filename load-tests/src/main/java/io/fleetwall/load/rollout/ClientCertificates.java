package io.fleetwall.load.rollout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate for each simulated node, by the gateway's own fleet CA, as enrolment would issue
 * it. All share one key pair: what is measured begins with the handshake.
 */
public final class ClientCertificates {
    private static final Duration LIFE = Duration.ofDays(2);

    private final X509Certificate authority;
    private final PrivateKey authorityKey;
    private final KeyPair pair;

    /** By the CA in {@code ca.pem} and {@code ca.key} of a gateway's state directory. */
    public ClientCertificates(Path state) throws GeneralSecurityException {
        this.authority = certificate(state.resolve("ca.pem"));
        this.authorityKey =
                KeyFactory.getInstance("EC")
                        .generatePrivate(new PKCS8EncodedKeySpec(der(state.resolve("ca.key"))));
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        this.pair = generator.generateKeyPair();
    }

    X509Certificate authority() {
        return authority;
    }

    PrivateKey key() {
        return pair.getPrivate();
    }

    /** The certificate of one node. */
    X509Certificate of(String node) {
        return issue(
                node,
                KeyPurposeId.id_kp_clientAuth,
                new GeneralName(
                        GeneralName.uniformResourceIdentifier, "urn:fleetwall:node:" + node));
    }

    /** The certificate of the peer's server. */
    X509Certificate server(String name) {
        return issue(
                name, KeyPurposeId.id_kp_serverAuth, new GeneralName(GeneralName.dNSName, name));
    }

    private X509Certificate issue(String node, KeyPurposeId purpose, GeneralName name) {
        try {
            Instant now = Instant.now();
            var builder =
                    new JcaX509v3CertificateBuilder(
                            authority,
                            new BigInteger(64, new java.security.SecureRandom()).setBit(63),
                            Date.from(now.minus(Duration.ofHours(1))),
                            Date.from(now.plus(LIFE)),
                            new X500Principal("CN=" + node),
                            pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(purpose));
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(name));
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(authorityKey);
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException("cannot issue for " + node, e);
        }
    }

    private static X509Certificate certificate(Path file) throws GeneralSecurityException {
        try (var in = Files.newInputStream(file)) {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes of the last PEM block of a file. */
    static byte[] der(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
            int end = text.lastIndexOf("-----END");
            int begin = text.lastIndexOf("-----\n", end) + 6;
            return Base64.getMimeDecoder().decode(text.substring(begin, end));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
