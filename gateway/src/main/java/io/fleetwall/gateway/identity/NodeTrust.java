package io.fleetwall.gateway.identity;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whether a client's certificate is a node's of this fleet. The authority issues every node's
 * certificate itself, so there is no path to search: its signature, the time and what the
 * certificate may be used for say everything. The JDK's search (PKIX) costs several times as much
 * of each connection, which counts when all nodes of a fleet come at once.
 */
public final class NodeTrust extends X509ExtendedTrustManager {
    private static final String CLIENT_PURPOSE = "1.3.6.1.5.5.7.3.2";
    private static final String CONSTRAINTS = "2.5.29.19";
    private static final String KEY_USAGE = "2.5.29.15";
    private static final String EXTENDED_USAGE = "2.5.29.37";
    private static final String ALTERNATIVE_NAME = "2.5.29.17";

    /** What is looked at here. A certificate that says anything else is critical is not ours. */
    private static final Set<String> UNDERSTOOD =
            Set.of(CONSTRAINTS, KEY_USAGE, EXTENDED_USAGE, ALTERNATIVE_NAME);

    private final X509Certificate authority;
    private final InstantSource clock;

    /** Trusts what this authority (PEM) has issued. */
    public NodeTrust(String authority, InstantSource clock) {
        try {
            this.authority = Pem.certificate(authority);
        } catch (GeneralSecurityException broken) {
            throw new IllegalArgumentException("the fleet's CA certificate is unusable", broken);
        }
        this.clock = clock;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        if (chain.length == 0) {
            throw new CertificateException("no certificate");
        }
        X509Certificate leaf = chain[0];
        Date now = Date.from(clock.instant());
        authority.checkValidity(now);
        leaf.checkValidity(now);
        Set<String> critical = leaf.getCriticalExtensionOIDs();
        if (leaf.getBasicConstraints() >= 0
                || critical == null
                || !UNDERSTOOD.containsAll(critical)) {
            throw new CertificateException("not a node's certificate");
        }
        List<String> purposes = leaf.getExtendedKeyUsage();
        boolean[] usage = leaf.getKeyUsage();
        if (purposes == null || !purposes.contains(CLIENT_PURPOSE) || usage == null || !usage[0]) {
            throw new CertificateException("the certificate is not for a TLS client");
        }
        if (!Arrays.equals(
                leaf.getIssuerX500Principal().getEncoded(),
                authority.getSubjectX500Principal().getEncoded())) {
            throw new CertificateException("the certificate is of another authority");
        }
        try {
            leaf.verify(authority.getPublicKey());
        } catch (GeneralSecurityException forged) {
            throw new CertificateException("the certificate is not the authority's", forged);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        throw new CertificateException("a node is a client");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        throw new CertificateException("a node is a client");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("a node is a client");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[] {authority};
    }
}
