package io.fleetwall.gateway.identity;

import io.fleetwall.gateway.config.GatewayConfig.KeyPairFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;

/**
 * An authority that the operator brings: its certificate, those above it up to their root, and its
 * key, as PEM. Whatever would be refused later by nodes is refused here, with what to do about it.
 */
final class ExternalAuthority {
    private static final int SIGNS_CERTIFICATES = 5;
    private static final int LEAST_RSA_BITS = 2_048;

    private final KeyPairFiles files;

    private ExternalAuthority(KeyPairFiles files) {
        this.files = files;
    }

    /** Reads and checks one. */
    static FleetAuthority read(KeyPairFiles files, InstantSource clock) {
        return new ExternalAuthority(files).read(clock);
    }

    private FleetAuthority read(InstantSource clock) {
        List<X509Certificate> chain = chain(text(files.certificate()));
        Date now = Date.from(clock.instant());
        for (int i = 0; i < chain.size(); i++) {
            check(chain.get(i), i, now);
        }
        for (int i = 0; i + 1 < chain.size(); i++) {
            checkIssued(chain.get(i), chain.get(i + 1));
        }
        X509Certificate last = chain.getLast();
        if (!last.getSubjectX500Principal().equals(last.getIssuerX500Principal())) {
            throw unusable(
                    name(last) + " is no root",
                    "append the certificates above it, each issued by the next, the root last");
        }
        checkIssued(last, last);
        FleetAuthority authority =
                FleetAuthority.of(new FleetAuthority.Pair(chain, key(chain.getFirst())), clock);
        if (!authority.keyMatches()) {
            throw unusable(
                    files.key() + " is not the key of " + name(chain.getFirst()),
                    "the first certificate of the file is the one that the key belongs to");
        }
        checkPath(authority, chain, now);
        return authority;
    }

    /** As a node looks at it, with whatever else the certificates say (name constraints). */
    private void checkPath(FleetAuthority authority, List<X509Certificate> chain, Date now) {
        List<X509Certificate> path = new ArrayList<>();
        path.add(authority.node("probe", Duration.ofMinutes(1)));
        path.addAll(chain.subList(0, chain.size() - 1));
        try {
            PKIXParameters terms =
                    new PKIXParameters(Set.of(new TrustAnchor(chain.getLast(), null)));
            terms.setRevocationEnabled(false);
            terms.setDate(now);
            CertPathValidator.getInstance("PKIX")
                    .validate(
                            CertificateFactory.getInstance("X.509").generateCertPath(path), terms);
        } catch (GeneralSecurityException | RuntimeException refused) {
            // The JDK's check of constraints on URIs does not even survive a node's name.
            throw unusable(
                    "what "
                            + name(chain.getFirst())
                            + " issues is not valid: "
                            + refused.getMessage(),
                    "look at its constraints and algorithms");
        }
    }

    private String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failed) {
            throw unusable(file + " cannot be read: " + failed, "a PEM file");
        }
    }

    private List<X509Certificate> chain(String pem) {
        try {
            Collection<X509Certificate> chain =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(
                                    new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (chain.isEmpty()) {
                throw new CertificateException("no certificate in it");
            }
            return List.copyOf(chain);
        } catch (CertificateException broken) {
            throw unusable(
                    files.certificate() + " holds no certificates: " + broken.getMessage(),
                    "PEM: the authority's own, then those above it");
        }
    }

    /** {@code below} authorities stand under this one in the chain. */
    private void check(X509Certificate certificate, int below, Date now) {
        boolean[] usage = certificate.getKeyUsage();
        if (certificate.getBasicConstraints() < 0
                || (usage != null && !usage[SIGNS_CERTIFICATES])) {
            throw unusable(
                    name(certificate) + " is no authority's: it may not sign certificates",
                    "basicConstraints=critical,CA:TRUE and keyUsage=keyCertSign");
        }
        if (certificate.getBasicConstraints() < below) {
            throw unusable(
                    name(certificate)
                            + " allows a path length of "
                            + certificate.getBasicConstraints()
                            + ", and "
                            + below
                            + " authorities stand under it",
                    "have it issued with a longer pathlen, or leave out what is between");
        }
        try {
            certificate.checkValidity(now);
        } catch (CertificateExpiredException ended) {
            throw unusable(
                    name(certificate) + " has expired: " + certificate.getNotAfter().toInstant(),
                    "have it renewed");
        } catch (CertificateNotYetValidException early) {
            throw unusable(
                    name(certificate)
                            + " is not valid before "
                            + certificate.getNotBefore().toInstant(),
                    "look at this machine's clock");
        }
    }

    private void checkIssued(X509Certificate certificate, X509Certificate issuer) {
        try {
            if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
                throw new CertificateException(
                        "its issuer is called " + certificate.getIssuerX500Principal());
            }
            certificate.verify(issuer.getPublicKey());
        } catch (GeneralSecurityException other) {
            throw unusable(
                    name(certificate)
                            + " was not issued by "
                            + name(issuer)
                            + ": "
                            + other.getMessage(),
                    "order: the authority's own, then each issuer of the one before");
        }
    }

    private PrivateKey key(X509Certificate certificate) {
        PublicKey mine = certificate.getPublicKey();
        boolean strong =
                mine instanceof ECPublicKey
                        || (mine instanceof RSAPublicKey rsa
                                && rsa.getModulus().bitLength() >= LEAST_RSA_BITS);
        if (!strong) {
            throw unusable(
                    name(certificate) + " has a key of " + mine.getAlgorithm(),
                    "EC (P-256, P-384) or RSA with at least 2048 bits");
        }
        try {
            return Pem.key(mine.getAlgorithm(), text(files.key()));
        } catch (GeneralSecurityException | IllegalArgumentException broken) {
            throw unusable(
                    files.key()
                            + " holds no key of "
                            + mine.getAlgorithm()
                            + ": "
                            + broken.getMessage(),
                    "PKCS #8 in PEM, not encrypted: openssl pkcs8 -topk8 -nocrypt");
        }
    }

    private static String name(X509Certificate certificate) {
        return "'" + certificate.getSubjectX500Principal().getName() + "'";
    }

    private static IllegalStateException unusable(String why, String hint) {
        return new IllegalStateException(
                "link.authority cannot be used: " + why + " (" + hint + ")");
    }
}
