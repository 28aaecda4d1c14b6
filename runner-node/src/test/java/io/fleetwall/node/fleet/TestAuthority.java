package io.fleetwall.node.fleet;

import io.fleetwall.protocol.message.Digest;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** A certificate authority of a test fleet. */
public final class TestAuthority {
    private static final X500Principal NAME = new X500Principal("CN=test fleet CA");

    private final KeyPair pair;
    private final X509Certificate certificate;
    private volatile Duration past = Duration.ofSeconds(60);
    private volatile Duration life = Duration.ofHours(1);

    public TestAuthority() throws Exception {
        pair = keyPair();
        certificate = issue(NAME, pair.getPublic(), Optional.empty());
    }

    /** What a node pins. */
    public String fingerprint() throws Exception {
        return Digest.of(certificate.getEncoded()).toString();
    }

    /** The authority's own certificate. */
    public String pem() throws Exception {
        return pem("CERTIFICATE", certificate.getEncoded());
    }

    /** Key and chain of a server at this address, PEM. */
    public String[] server(String address) throws Exception {
        KeyPair server = keyPair();
        GeneralName name = new GeneralName(GeneralName.iPAddress, address);
        X509Certificate issued =
                issue(new X500Principal("CN=gateway"), server.getPublic(), Optional.of(name));
        return new String[] {
            pem("PRIVATE KEY", server.getPrivate().getEncoded()),
            pem("CERTIFICATE", issued.getEncoded()) + pem()
        };
    }

    /** How long ago what is issued from now on began, and how soon it ends. */
    public void lasting(Duration began, Duration ends) {
        past = began;
        life = ends;
    }

    /** A node's certificate for its request, PEM. */
    public String node(String csr) throws Exception {
        String base64 = csr.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        var request = new JcaPKCS10CertificationRequest(Base64.getDecoder().decode(base64));
        X500Principal subject = new X500Principal(request.getSubject().getEncoded());
        return pem(
                "CERTIFICATE",
                issue(subject, request.getPublicKey(), Optional.empty()).getEncoded());
    }

    private X509Certificate issue(X500Principal subject, PublicKey key, Optional<GeneralName> name)
            throws Exception {
        Instant now = Instant.now();
        var builder =
                new JcaX509v3CertificateBuilder(
                        NAME,
                        BigInteger.valueOf(now.toEpochMilli()),
                        Date.from(now.minus(past)),
                        Date.from(now.plus(life)),
                        subject,
                        key);
        builder.addExtension(
                Extension.basicConstraints, true, new BasicConstraints(subject.equals(NAME)));
        if (name.isPresent()) {
            builder.addExtension(
                    Extension.subjectAlternativeName, false, new GeneralNames(name.get()));
        }
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    private static KeyPair keyPair() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static String pem(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }
}
