package io.fleetwall.node.dns;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority that gives TLS servers their certificates. */
final class TestCertificates {
    private static final X500Principal NAME = new X500Principal("CN=resolver CA");

    private final KeyPair pair = keyPair();
    private final X509Certificate certificate;

    TestCertificates() throws Exception {
        certificate = issue(pair.getPublic(), Optional.empty(), Instant.now().plusSeconds(3600));
    }

    /** What a proxy has to trust. */
    String pem() throws Exception {
        String body =
                Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(certificate.getEncoded());
        return "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n";
    }

    /** A server that has this name until then. */
    SSLContext server(GeneralName name, Instant end) throws Exception {
        KeyPair server = keyPair();
        X509Certificate issued = issue(server.getPublic(), Optional.of(name), end);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        Certificate[] chain = {issued, certificate};
        store.setKeyEntry("server", server.getPrivate(), new char[0], chain);
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private X509Certificate issue(PublicKey key, Optional<GeneralName> name, Instant end)
            throws Exception {
        X500Principal subject = name.isPresent() ? new X500Principal("CN=resolver") : NAME;
        var builder =
                new JcaX509v3CertificateBuilder(
                        NAME,
                        BigInteger.valueOf(System.nanoTime()),
                        Date.from(end.minusSeconds(7200)),
                        Date.from(end),
                        subject,
                        key);
        builder.addExtension(
                Extension.basicConstraints, true, new BasicConstraints(name.isEmpty()));
        if (name.isPresent()) {
            builder.addExtension(
                    Extension.subjectAlternativeName, false, new GeneralNames(name.get()));
        }
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
