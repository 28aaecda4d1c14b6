package io.fleetwall.gateway.identity;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Which node a certificate speaks for: its URI name {@code urn:fleetwall:node:ID}. */
public final class NodeIdentity {
    static final String URI = "urn:fleetwall:node:";
    private static final int SAN_URI = 6;

    private NodeIdentity() {}

    /** The node of a certificate the fleet CA signed; empty for any other kind of certificate. */
    public static Optional<String> of(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names == null) {
                return Optional.empty();
            }
            return names.stream()
                    .filter(name -> Integer.valueOf(SAN_URI).equals(name.get(0)))
                    .map(name -> String.valueOf(name.get(1)))
                    .filter(uri -> uri.startsWith(URI))
                    .map(uri -> uri.substring(URI.length()))
                    .filter(NodeIdentity::isName)
                    .findFirst();
        } catch (CertificateParsingException unreadable) {
            return Optional.empty();
        }
    }

    /** The certificate which the other end of a connection showed. */
    public static Optional<X509Certificate> shown(@Nullable SSLSession session) {
        try {
            return session != null
                            && session.getPeerCertificates()[0] instanceof X509Certificate leaf
                    ? Optional.of(leaf)
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException noCertificate) {
            return Optional.empty();
        }
    }

    /** Whether a text can name a node. */
    public static boolean isName(String text) {
        return text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    }
}
