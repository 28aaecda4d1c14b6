package io.fleetwall.node.link;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts the one certificate authority whose certificate has the configured fingerprint, as the
 * server itself presents it: for the first contact, when the node has no copy yet.
 *
 * <p>The fingerprint only picks the authority out of the chain; the chain and the host name are
 * then checked by the platform as with any other authority.
 */
final class PinnedAuthority extends X509ExtendedTrustManager {
    private final String fingerprint;

    /**
     * @param fingerprint SHA-256 of the DER certificate, lower-case hexadecimal
     */
    PinnedAuthority(String fingerprint) {
        this.fingerprint = fingerprint;
    }

    /** Whether this is the pinned certificate. */
    static boolean matches(String fingerprint, X509Certificate certificate)
            throws CertificateException {
        return io.fleetwall.protocol.message.Digest.of(certificate.getEncoded())
                .toString()
                .equals(fingerprint);
    }

    private X509ExtendedTrustManager platform(X509Certificate[] chain) throws CertificateException {
        for (X509Certificate certificate : chain) {
            if (matches(fingerprint, certificate)) {
                return platform(certificate);
            }
        }
        throw new CertificateException(
                "none of the "
                        + chain.length
                        + " certificates presented is the pinned authority "
                        + fingerprint);
    }

    private static X509ExtendedTrustManager platform(X509Certificate authority)
            throws CertificateException {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("fleet", authority);
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return Arrays.stream(factory.getTrustManagers())
                    .filter(X509ExtendedTrustManager.class::isInstance)
                    .map(X509ExtendedTrustManager.class::cast)
                    .findFirst()
                    .orElseThrow(() -> new CertificateException("no PKIX trust manager"));
        } catch (CertificateException e) {
            throw e;
        } catch (GeneralSecurityException | IOException e) {
            throw new CertificateException("the pinned authority cannot be used", e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        platform(chain).checkServerTrusted(chain, type, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        platform(chain).checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        throw new CertificateException("a server is only checked with its host name");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        throw noServer();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        throw noServer();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        throw noServer();
    }

    private static CertificateException noServer() {
        return new CertificateException("a node is no TLS server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
