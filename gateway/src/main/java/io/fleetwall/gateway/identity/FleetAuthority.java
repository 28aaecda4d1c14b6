package io.fleetwall.gateway.identity;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
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
 * The fleet's certificate authority (ECDSA P-256). A node's certificate is good for clients only
 * and the gateway's for servers only, so that no node can pose as a gateway to another node.
 */
public final class FleetAuthority {
    private static final Duration AUTHORITY_LIFE = Duration.ofDays(3_650);

    /** Of a listener's certificate unless the settings say otherwise. */
    public static final Duration SERVER_LIFE = Duration.ofDays(365);

    /**
     * Certificates begin so long before they are issued. Clocks may be off by an hour, ahead here
     * and behind where it is shown; the third hour is a reserve.
     */
    private static final Duration SKEW = Duration.ofHours(3);

    private static final SecureRandom RANDOM = new SecureRandom();
    private final X509Certificate certificate;
    private final PrivateKey key;
    private final InstantSource clock;

    private FleetAuthority(X509Certificate certificate, PrivateKey key, InstantSource clock) {
        this.certificate = certificate;
        this.key = key;
        this.clock = clock;
    }

    /** The authority of this state directory, made at the first start. */
    public static FleetAuthority open(StateDirectory state, InstantSource clock) {
        try {
            if (state.read("ca.pem").isEmpty() || state.read("ca.key").isEmpty()) {
                create(state, clock);
            }
            X509Certificate certificate = Pem.certificate(state.read("ca.pem").orElseThrow());
            PrivateKey key = Pem.key("EC", state.read("ca.key").orElseThrow());
            return new FleetAuthority(certificate, key, clock);
        } catch (GeneralSecurityException | IOException | OperatorCreationException broken) {
            throw new IllegalStateException("unusable fleet CA in " + state.file(""), broken);
        }
    }

    private static void create(StateDirectory state, InstantSource clock)
            throws GeneralSecurityException, IOException, OperatorCreationException {
        KeyPair pair = keyPair();
        X500Principal name = new X500Principal("CN=Fleetwall fleet CA");
        Instant now = clock.instant();
        var builder =
                new JcaX509v3CertificateBuilder(
                        name,
                        serial(),
                        Date.from(now.minus(SKEW)),
                        Date.from(now.plus(AUTHORITY_LIFE)),
                        name,
                        pair.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
        X509Certificate certificate = sign(builder, pair.getPrivate());
        state.write("ca.key", Pem.write(Pem.PRIVATE_KEY, pair.getPrivate().getEncoded()));
        state.write("ca.pem", Pem.write(Pem.CERTIFICATE, certificate.getEncoded()));
    }

    /** A fresh key and certificate for this gateway's listener, of the usual life. */
    public ServerIdentity server(List<String> names) {
        return server(names, SERVER_LIFE);
    }

    /** The same for so long, at most until the authority itself ends. */
    ServerIdentity server(List<String> names, Duration life) {
        try {
            KeyPair pair = keyPair();
            GeneralNames alternatives =
                    new GeneralNames(
                            names.stream().map(ServerIdentity::name).toArray(GeneralName[]::new));
            X509Certificate issued =
                    issue(
                            new Request("fleetwall-gateway", pair.getPublic(), alternatives),
                            KeyPurposeId.id_kp_serverAuth,
                            life);
            return new ServerIdentity(
                    Pem.write(Pem.PRIVATE_KEY, pair.getPrivate().getEncoded()),
                    Pem.write(Pem.CERTIFICATE, issued.getEncoded()) + pem(),
                    issued.getNotAfter().toInstant());
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("cannot make the listener's certificate", broken);
        }
    }

    /** A certificate for a node whose request has been checked. */
    X509Certificate node(String node, PublicKey nodeKey, Duration life) {
        GeneralName name =
                new GeneralName(GeneralName.uniformResourceIdentifier, NodeIdentity.URI + node);
        return issue(
                new Request(node, nodeKey, new GeneralNames(name)),
                KeyPurposeId.id_kp_clientAuth,
                life);
    }

    /** A certificate for a node that nobody can show, because its key is forgotten. */
    X509Certificate node(String node, Duration life) {
        try {
            return node(node, keyPair().getPublic(), life);
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("cannot make a key for " + node, broken);
        }
    }

    /** The CA certificate as PEM. */
    public String pem() {
        try {
            return Pem.write(Pem.CERTIFICATE, certificate.getEncoded());
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("the CA certificate does not encode", broken);
        }
    }

    /** SHA-256 of the CA certificate's DER, lower-case hex: what a node pins before it enrols. */
    public String fingerprint() {
        try {
            return HexFormat.of().formatHex(Sha256.of(certificate.getEncoded()));
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("the CA certificate does not encode", broken);
        }
    }

    private record Request(String commonName, PublicKey key, GeneralNames names) {}

    private X509Certificate issue(Request request, KeyPurposeId purpose, Duration life) {
        try {
            Instant now = clock.instant();
            var builder =
                    new JcaX509v3CertificateBuilder(
                            certificate,
                            serial(),
                            Date.from(now.minus(SKEW)),
                            Date.from(end(now.plus(life))),
                            new X500Principal("CN=" + request.commonName()),
                            request.key());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(purpose));
            builder.addExtension(Extension.subjectAlternativeName, false, request.names());
            return sign(builder, key);
        } catch (GeneralSecurityException | IOException | OperatorCreationException broken) {
            throw new IllegalStateException("cannot issue for " + request.commonName(), broken);
        }
    }

    /** Nothing that an authority has issued is good for longer than the authority. */
    private Instant end(Instant wished) {
        Instant own = certificate.getNotAfter().toInstant();
        return wished.isBefore(own) ? wished : own;
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException, OperatorCreationException {
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(key);
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    private static KeyPair keyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    /** 127 random bits, positive (RFC 5280 asks for at most 20 octets). */
    private static BigInteger serial() {
        return new BigInteger(127, RANDOM).setBit(126);
    }
}
