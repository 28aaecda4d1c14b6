package io.fleetwall.gateway.identity;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * What gateways show each other on the event bus: one certificate that they have in common and that
 * is the only one they trust. Apart from the fleet's authority, so that no node's certificate opens
 * the bus.
 *
 * @param key PEM, PKCS #8
 * @param certificate PEM
 */
public record BusIdentity(String key, String certificate) {
    /** Its file in the state directory. */
    public static final String FILE = "event-bus.pem";

    private static final Duration LIFE = Duration.ofDays(3_650);
    private static final Duration SKEW = Duration.ofHours(24);

    /** The identity of this state directory, made at the first start. */
    public static BusIdentity open(StateDirectory state, InstantSource clock) {
        if (state.read(FILE).isEmpty()) {
            state.write(FILE, create(clock));
        }
        return known(state).orElseThrow();
    }

    /** The identity that this state directory has; empty when it has none. */
    public static Optional<BusIdentity> known(StateDirectory state) {
        return state.read(FILE).map(text -> of(text, state));
    }

    private static BusIdentity of(String text, StateDirectory state) {
        int end = text.indexOf("-----BEGIN " + Pem.CERTIFICATE);
        if (end < 0) {
            throw new IllegalStateException("no certificate in " + state.file(FILE));
        }
        return new BusIdentity(text.substring(0, end), text.substring(end));
    }

    private static String create(InstantSource clock) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            X500Principal name = new X500Principal("CN=Fleetwall gateways");
            Instant now = clock.instant();
            var builder =
                    new JcaX509v3CertificateBuilder(
                            name,
                            BigInteger.valueOf(now.toEpochMilli()),
                            Date.from(now.minus(SKEW)),
                            Date.from(now.plus(LIFE)),
                            name,
                            pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
            byte[] certificate =
                    new JcaX509CertificateConverter()
                            .getCertificate(builder.build(signer))
                            .getEncoded();
            return Pem.write(Pem.PRIVATE_KEY, pair.getPrivate().getEncoded())
                    + Pem.write(Pem.CERTIFICATE, certificate);
        } catch (GeneralSecurityException | IOException | OperatorCreationException broken) {
            throw new IllegalStateException("cannot make the event bus's certificate", broken);
        }
    }

    @Override
    public String toString() {
        return "BusIdentity[(secret)]";
    }
}
