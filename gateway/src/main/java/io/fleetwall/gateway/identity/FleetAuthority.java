package io.fleetwall.gateway.identity;

import io.fleetwall.gateway.config.GatewayConfig;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
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
 * The fleet's certificate authority: its own (ECDSA P-256), or one that the operator brings. A
 * node's certificate is good for clients only and the gateway's for servers only, so that no node
 * can pose as a gateway to another node.
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
    private final List<X509Certificate> chain;
    private final X509Certificate certificate;
    private final PrivateKey key;
    private final InstantSource clock;

    /** An authority's certificate, those above it up to their root, and its key. */
    record Pair(List<X509Certificate> chain, PrivateKey key) {
        Pair {
            chain = List.copyOf(chain);
        }
    }

    private FleetAuthority(Pair pair, InstantSource clock) {
        this.chain = pair.chain();
        this.certificate = chain.getFirst();
        this.key = pair.key();
        this.clock = clock;
    }

    static FleetAuthority of(Pair pair, InstantSource clock) {
        return new FleetAuthority(pair, clock);
    }

    /** The authority of the settings, or else the one of this state directory. */
    public static FleetAuthority open(
            GatewayConfig.Certificates settings, StateDirectory state, InstantSource clock) {
        return settings.authority()
                .map(files -> ExternalAuthority.read(files, clock))
                .orElseGet(() -> open(state, clock));
    }

    /** The authority of this state directory, made at the first start. */
    public static FleetAuthority open(StateDirectory state, InstantSource clock) {
        try {
            if (state.read("ca.pem").isEmpty() || state.read("ca.key").isEmpty()) {
                create(state, clock);
            }
            X509Certificate certificate = Pem.certificate(state.read("ca.pem").orElseThrow());
            PrivateKey key = Pem.key("EC", state.read("ca.key").orElseThrow());
            return of(new Pair(List.of(certificate), key), clock);
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
                    pem(List.of(issued)) + pem(chain),
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

    /** Whom nodes trust, as PEM: the root, which of the built-in authority is itself. */
    public String pem() {
        return pem(List.of(chain.getLast()));
    }

    /** Whose signature is on a node's certificate, as PEM. */
    public String issuer() {
        return pem(List.of(certificate));
    }

    /** A certificate as its owner shows it, PEM: with those between it and the root. */
    String shown(X509Certificate issued) {
        return pem(List.of(issued)) + pem(chain.subList(0, chain.size() - 1));
    }

    /** SHA-256 of the root's DER, lower-case hex: what a node pins before it enrols. */
    public String fingerprint() {
        try {
            return HexFormat.of().formatHex(Sha256.of(chain.getLast().getEncoded()));
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("the CA certificate does not encode", broken);
        }
    }

    private static String pem(List<X509Certificate> certificates) {
        try {
            StringBuilder text = new StringBuilder();
            for (X509Certificate each : certificates) {
                text.append(Pem.write(Pem.CERTIFICATE, each.getEncoded()));
            }
            return text.toString();
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("a certificate does not encode", broken);
        }
    }

    /** Whether what is signed with the key is the certificate's word. */
    boolean keyMatches() {
        try {
            node("probe", Duration.ofMinutes(1)).verify(certificate.getPublicKey());
            return true;
        } catch (GeneralSecurityException | IllegalStateException another) {
            return false;
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
        var signer = new JcaContentSignerBuilder(scheme(key)).build(key);
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    private static String scheme(PrivateKey key) {
        return switch (key) {
            case RSAPrivateKey rsa -> "SHA256withRSA";
            case ECPrivateKey ec when ec.getParams().getOrder().bitLength() > 256 ->
                    "SHA384withECDSA";
            default -> "SHA256withECDSA";
        };
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
