package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.config.GatewayConfig.Target;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Syslog over TLS (RFC 5425). The protocol has no acknowledgement, so each parcel has a connection
 * of its own and counts as delivered once the receiver has closed it in answer to our close: by
 * then it has read everything.
 */
final class SyslogTransport implements Transport {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private final Target target;
    private final TargetGuard guard;

    SyslogTransport(Target target, TargetGuard guard) {
        this.target = target;
        this.guard = guard;
    }

    @Override
    public Future<Attempt> send(List<Due> alerts, Parcel parcel) {
        long from = System.nanoTime();
        URI url = URI.create(target.url().reveal());
        return Future.succeededFuture(
                switch (guard.look(url.getHost())) {
                    case TargetGuard.Finding.Refused(var outcome) -> Attempt.failed(0, outcome);
                    case TargetGuard.Finding.Reachable(var address) ->
                            send(parcel, url, address, from);
                });
    }

    private Attempt send(Parcel parcel, URI url, InetAddress address, long from) {
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(address, url.getPort()), (int) TIMEOUT.toMillis());
            plain.setSoTimeout((int) TIMEOUT.toMillis());
            try (SSLSocket socket = secured(plain, url)) {
                socket.getOutputStream().write(parcel.body());
                socket.getOutputStream().flush();
                socket.shutdownOutput();
                awaitEnd(socket.getInputStream());
                return Attempt.accepted(HttpTransport.millisSince(from));
            }
        } catch (SSLException failed) {
            return Attempt.failed(HttpTransport.millisSince(from), "TLS failed");
        } catch (IOException failed) {
            return Attempt.failed(HttpTransport.millisSince(from), "connection failed");
        } catch (GeneralSecurityException failed) {
            return Attempt.failed(0, "certificates in caFile not usable");
        }
    }

    private SSLSocket secured(Socket plain, URI url) throws IOException, GeneralSecurityException {
        SSLSocket socket =
                (SSLSocket)
                        context()
                                .getSocketFactory()
                                .createSocket(plain, url.getHost(), url.getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private SSLContext context() throws IOException, GeneralSecurityException {
        if (target.tuning().authority().isEmpty()) {
            return SSLContext.getDefault();
        }
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        int number = 0;
        for (Certificate one : certificates(target.tuning().authority().get())) {
            trusted.setCertificateEntry("authority-" + number++, one);
        }
        TrustManagerFactory managers =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    private static List<? extends Certificate> certificates(Path file)
            throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            return List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
        }
    }

    private static void awaitEnd(InputStream in) throws IOException {
        byte[] ignored = new byte[256];
        while (in.read(ignored) >= 0) {
            // A receiver has nothing to say; whatever it is, only its end matters.
        }
    }
}
