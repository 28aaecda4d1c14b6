package io.fleetwall.gateway.identity;

import io.fleetwall.gateway.store.AuditLog;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Transaction;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/**
 * A token for a certificate, or a certificate for the next one. From the request only the key and
 * the common name are taken; what the certificate says is decided here.
 *
 * <p>A token that is not bound to a node cannot enrol a name that is taken: otherwise any token
 * could be used to become any node.
 */
public final class Enrolment {
    private final Database database;
    private final Tokens tokens;
    private final FleetAuthority authority;
    private final SigningKeys signingKeys;
    private final Terms terms;

    /** How certificates are given: for how long, by which clock, and where it is written down. */
    public record Terms(Duration life, InstantSource clock, AuditLog audit) {}

    /** Exchanges tokens of a store for certificates of an authority. */
    public Enrolment(Database database, Tokens tokens, Authority authority, Terms terms) {
        this.database = database;
        this.tokens = tokens;
        this.authority = authority.certificates();
        this.signingKeys = authority.policies();
        this.terms = terms;
    }

    /** The two keys a node learns to trust. */
    public record Authority(FleetAuthority certificates, SigningKeys policies) {}

    /** Whose policies count, by which statement; of one moment. */
    public record Word(List<String> keys, long statement) {}

    /** What came of it. */
    public sealed interface Outcome {
        /** The node is in; all PEM but the signing keys, which are base64 of DER. */
        record Enrolled(String node, String certificate, String ca, Word word) implements Outcome {}

        /** The token is not good (any more), or not for this node. */
        record Forbidden(String message, String hint) implements Outcome {}

        /** The request itself is not usable; the token has not been used up. */
        record Unusable(String message, String hint) implements Outcome {}
    }

    /** Checks both, then uses the token up and issues, as one transaction. */
    public Outcome enrol(String token, String csr) {
        return readable(csr)
                .map(requested ->
                        database.write(transaction -> enrol(transaction, token, requested)))
                .orElseGet(Enrolment::unusable);
    }

    /**
     * The next certificate for a node that showed a good one: TLS has checked who issued it and
     * that its time has not run out.
     */
    public Outcome renew(X509Certificate shown, String csr) {
        return readable(csr)
                .map(requested ->
                        database.write(transaction -> renew(transaction, shown, requested)))
                .orElseGet(Enrolment::unusable);
    }

    /**
     * A node that needs to show nothing, because it is in the gateway's own process.
     *
     * @param certificate whose key nobody has: it stands for the node towards revocation and end
     * @param signingKeys base64 of DER
     */
    public record Admitted(String node, X509Certificate certificate, List<String> signingKeys) {}

    /** Lets such a node in, unless it was turned away. Blocks. */
    public Admitted admit(String node) {
        return database.write(transaction -> {
            X509Certificate issued = authority.node(node, terms.life());
            if (!Revocations.admits(transaction, node, serial(issued))) {
                throw new IllegalStateException(
                        "node " + node + " is revoked: give it another name, or a link of its own");
            }
            remember(transaction, node, issued);
            terms.audit()
                    .record(
                            transaction,
                            new AuditLog.Act(
                                    "gateway",
                                    "node.admit",
                                    node,
                                    new JsonObject().put("serial", serial(issued))));
            return new Admitted(node, issued, signingKeys.word().keys());
        });
    }

    private static Optional<Requested> readable(String csr) {
        try {
            return Optional.of(requested(csr));
        } catch (RuntimeException
                | IOException
                | GeneralSecurityException
                | PKCSException
                | OperatorCreationException broken) {
            return Optional.empty();
        }
    }

    private static Outcome unusable() {
        return new Outcome.Unusable(
                "the certificate request cannot be used",
                "PKCS #10 in PEM with an EC P-256, Ed25519 or RSA 2048+ key, signed by that"
                        + " key, and the node's name as CN");
    }

    private Outcome renew(Transaction transaction, X509Certificate shown, Requested requested) {
        if (NodeIdentity.of(shown).filter(requested.node()::equals).isEmpty()) {
            return new Outcome.Forbidden(
                    "the certificate shown is not for node " + requested.node(),
                    "a node renews its own certificate");
        }
        if (!Revocations.admits(transaction, requested.node(), serial(shown))) {
            return new Outcome.Forbidden(
                    "the node's certificate is revoked", "enrol again with a token for this node");
        }
        return issue(transaction, requested, "node:" + requested.node());
    }

    private Outcome enrol(Transaction transaction, String token, Requested requested) {
        Optional<Tokens.Granted> granted = tokens.useForEnrolment(transaction, token);
        if (granted.isEmpty()) {
            return new Outcome.Forbidden(
                    "the enrolment token is unknown, used up or expired", "ask for a new one");
        }
        Optional<String> bound = granted.get().node();
        boolean taken =
                transaction
                        .first(
                                "SELECT node FROM node WHERE node = ?",
                                row -> row.text("node"),
                                requested.node())
                        .isPresent();
        boolean mine = bound.isPresent() ? bound.get().equals(requested.node()) : !taken;
        if (!mine) {
            transaction.update(
                    "UPDATE token SET uses_left = uses_left + 1 WHERE id = ?", granted.get().id());
            return new Outcome.Forbidden(
                    "the enrolment token is not for node " + requested.node(),
                    "ask for a token that is bound to this node");
        }
        return issue(transaction, requested, "token:" + granted.get().id());
    }

    /**
     * Also of a node that was revoked and let in again: of its certificates this is the good one.
     */
    private Outcome issue(Transaction transaction, Requested requested, String by) {
        X509Certificate issued = authority.node(requested.node(), requested.key(), terms.life());
        remember(transaction, requested.node(), issued);
        Revocations.readmit(transaction, requested.node(), serial(issued));
        terms.audit()
                .record(
                        transaction,
                        new AuditLog.Act(
                                by,
                                by.startsWith("token:") ? "node.enrol" : "node.renew",
                                requested.node(),
                                new JsonObject().put("serial", serial(issued))));
        return new Outcome.Enrolled(
                requested.node(), authority.shown(issued), authority.pem(), signingKeys.word());
    }

    private void remember(Transaction transaction, String node, X509Certificate issued) {
        transaction.update(
                "INSERT INTO node (node, enrolled_at, certificate_serial, certificate_until)"
                        + " VALUES (?, ?, ?, ?) ON CONFLICT (node) DO UPDATE SET"
                        + " certificate_serial = excluded.certificate_serial,"
                        + " certificate_until = excluded.certificate_until",
                node,
                terms.clock().millis(),
                serial(issued),
                issued.getNotAfter().toInstant().toEpochMilli());
    }

    private static String serial(X509Certificate certificate) {
        return certificate.getSerialNumber().toString(16);
    }

    private record Requested(String node, PublicKey key) {}

    private static Requested requested(String csr)
            throws IOException, GeneralSecurityException, PKCSException, OperatorCreationException {
        var request = new JcaPKCS10CertificationRequest(Pem.read(Pem.REQUEST, csr));
        PublicKey key = request.getPublicKey();
        var verifier = new JcaContentVerifierProviderBuilder().build(key);
        if (!request.isSignatureValid(verifier)) {
            throw new GeneralSecurityException("the request is not signed by its key");
        }
        boolean strong =
                switch (key) {
                    case ECPublicKey curve -> curve.getParams().getOrder().bitLength() >= 256;
                    case EdECPublicKey edwards -> true;
                    case RSAPublicKey rsa -> rsa.getModulus().bitLength() >= 2_048;
                    default -> false;
                };
        RDN[] names = request.getSubject().getRDNs(BCStyle.CN);
        String node =
                names.length == 1 ? IETFUtils.valueToString(names[0].getFirst().getValue()) : "";
        if (!strong || !NodeIdentity.isName(node)) {
            throw new GeneralSecurityException("weak key, or no node name");
        }
        return new Requested(node, key);
    }
}
