package io.fleetwall.node.dns.upstream;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Optional;

/**
 * Whom the proxy believes to be an upstream: who has a certificate for its name by an authority of
 * the operator's file, or by one that the Java runtime trusts. There is no way to ask without.
 */
public final class TlsTrust {
    private static final long HANDSHAKE_MILLIS = 5000;

    private final SslContext context;

    /**
     * Trust to connect by.
     *
     * @param authorities PEM; these alone, when there are any
     */
    TlsTrust(Optional<Path> authorities) {
        SslContextBuilder builder =
                SslContextBuilder.forClient()
                        .sslProvider(SslProvider.JDK)
                        .protocols("TLSv1.3", "TLSv1.2")
                        .endpointIdentificationAlgorithm("HTTPS");
        try {
            if (authorities.isPresent()) {
                builder.trustManager(read(authorities.get()));
            }
            context = builder.build();
        } catch (IOException e) {
            throw new UncheckedIOException("no TLS towards dns upstreams: " + e.getMessage(), e);
        }
    }

    /** The certificates of a PEM file; at least one. */
    public static X509Certificate[] read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) {
                throw new IOException(file + " holds no certificate");
            }
            return found.stream().map(X509Certificate.class::cast).toArray(X509Certificate[]::new);
        } catch (CertificateException e) {
            throw new IOException(file + " holds no certificates: " + e.getMessage(), e);
        }
    }

    /** Checks chain and name; what takes long does not hold up the event loop. */
    SslHandler handler(ByteBufAllocator allocator, String name, int port) {
        SslHandler handler =
                context.newHandler(allocator, name, port, task -> Thread.ofVirtual().start(task));
        handler.setHandshakeTimeoutMillis(HANDSHAKE_MILLIS);
        return handler;
    }
}
