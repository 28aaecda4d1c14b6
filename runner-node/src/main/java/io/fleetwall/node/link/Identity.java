package io.fleetwall.node.link;

import io.fleetwall.node.state.DurableFile;
import io.fleetwall.protocol.message.KeyStatement;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who this node is in the fleet, and whom it believes. Kept in one file, so that it is there as a
 * whole or not at all.
 *
 * @param key private key, PKCS #8 PEM; never leaves the node
 * @param certificate chain, PEM, the node's own first
 * @param authority the fleet CA's certificate, PEM
 * @param signingKeys the fleet's policy keys, X.509 SubjectPublicKeyInfo, DER
 * @param keyStatement number of the fleet's statement that named these keys; 0 for the first keys
 */
record Identity(
        String key,
        String certificate,
        String authority,
        List<byte[]> signingKeys,
        long keyStatement) {
    private static final Logger LOG = LoggerFactory.getLogger(Identity.class);

    Identity {
        signingKeys = List.copyOf(signingKeys);
    }

    /** The file below the state directory. */
    static Path file(Path state) {
        return state.resolve("identity.json");
    }

    /** The identity of an earlier enrolment. */
    static Optional<Identity> load(Path state) throws IOException {
        Path file = file(state);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        JsonObject json = new JsonObject(Files.readString(file));
        return Optional.of(
                new Identity(
                        json.getString("key"),
                        json.getString("certificate"),
                        json.getString("ca"),
                        keys(json.getJsonArray("signingKeys")),
                        json.getLong("keyStatement", 0L)));
    }

    /** The DER keys of a list of base64 texts. */
    static List<byte[]> keys(JsonArray array) {
        List<byte[]> keys = new ArrayList<>();
        for (Object text : array) {
            keys.add(Base64.getDecoder().decode(text.toString()));
        }
        return keys;
    }

    /** Keeps it, readable by root only. */
    void save(Path state) throws IOException {
        JsonArray keys = new JsonArray();
        signingKeys.forEach(k -> keys.add(Base64.getEncoder().encodeToString(k)));
        JsonObject json =
                new JsonObject()
                        .put("key", key)
                        .put("certificate", certificate)
                        .put("ca", authority)
                        .put("signingKeys", keys)
                        .put("keyStatement", keyStatement);
        DurableFile.write(file(state), json.encodePrettily().getBytes(StandardCharsets.UTF_8));
    }

    /** The same node, which believes whom another of its identities does. */
    Identity believing(Identity other) {
        return new Identity(key, certificate, authority, other.signingKeys, other.keyStatement);
    }

    /** The same node, which believes what the fleet has said of its keys. */
    Identity following(KeyStatement statement) {
        return new Identity(key, certificate, authority, statement.keys(), statement.number());
    }

    /** When the certificate stops being valid. */
    Instant expiry() throws CertificateException {
        return first(certificate).getNotAfter().toInstant();
    }

    /** Whether the certificate is of no use any more. */
    boolean isExpired(Instant now) {
        try {
            return expiry().isBefore(now);
        } catch (CertificateException e) {
            LOG.atWarn().setCause(e).log("the stored certificate is unusable");
            return true;
        }
    }

    /**
     * When to ask for the next certificate: between the half and two thirds of this one's life, so
     * that a fleet that enrolled in one minute does not renew in one minute, and a third is left
     * for a gateway that cannot be reached.
     */
    Instant renewal(RandomGenerator random) throws CertificateException {
        X509Certificate mine = first(certificate);
        Instant from = mine.getNotBefore().toInstant();
        Duration life = Duration.between(from, mine.getNotAfter().toInstant());
        return from.plus(life.dividedBy(2))
                .plusMillis(random.nextLong(Math.max(1, life.dividedBy(6).toMillis())));
    }

    /** The first certificate of a PEM text. */
    static X509Certificate first(String pem) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public String toString() {
        return "Identity[" + signingKeys.size() + " signing keys]";
    }
}
