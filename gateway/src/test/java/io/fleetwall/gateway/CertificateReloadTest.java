package io.fleetwall.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.identity.FleetAuthority;
import io.fleetwall.gateway.identity.ServerIdentity;
import io.fleetwall.gateway.identity.StateDirectory;
import io.fleetwall.laboratory.process.Await;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API's certificate is renewed in its files, while somebody is connected. */
class CertificateReloadTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Believes everybody: which certificate is shown is looked at afterwards. */
    private static final X509TrustManager CREDULOUS =
            new X509TrustManager() {
                @Override
                public void checkClientTrusted(X509Certificate[] chain, String type) {}

                @Override
                public void checkServerTrusted(X509Certificate[] chain, String type) {}

                @Override
                public X509Certificate[] getAcceptedIssuers() {
                    return new X509Certificate[0];
                }
            };

    private final Path directory;
    private final Path certificate;
    private final Path key;
    private final FleetAuthority authority;

    CertificateReloadTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        certificate = directory.resolve("api.pem");
        key = directory.resolve("api.key");
        authority =
                FleetAuthority.open(
                        StateDirectory.open(directory.resolve("ca")), InstantSource.system());
    }

    private ServerIdentity renewed() throws IOException {
        ServerIdentity pair = authority.server(List.of("127.0.0.1"));
        Files.writeString(key, pair.key());
        Files.writeString(certificate, pair.chain());
        return pair;
    }

    private GatewayUnderTest start() {
        return GatewayUnderTest.start(
                directory.resolve("state"),
                config ->
                        GatewayUnderTest.withApi(
                                config,
                                new GatewayConfig.Api(
                                        config.api().listen(),
                                        Optional.of(
                                                new GatewayConfig.KeyPairFiles(certificate, key)),
                                        config.api().maxBodyBytes(),
                                        config.api().access())));
    }

    private static SSLSocket connect(int port) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {CREDULOUS}, null);
            SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
            socket.setSoTimeout(10_000);
            socket.startHandshake();
            return socket;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static BigInteger shown(int port) {
        try (SSLSocket socket = connect(port)) {
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSerialNumber();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String live(SSLSocket socket) throws IOException {
        socket.getOutputStream()
                .write(
                        "GET /api/v1/health/live HTTP/1.1\r\nHost: g\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
        byte[] answer = new byte[12];
        int read = socket.getInputStream().readNBytes(answer, 0, answer.length);
        socket.getInputStream().skip(socket.getInputStream().available());
        return new String(answer, 0, read, StandardCharsets.US_ASCII);
    }

    @Test
    void whoConnectsSeesTheNewCertificateAndWhoIsConnectedStays() throws Exception {
        renewed();
        try (GatewayUnderTest gateway = start();
                SSLSocket early = connect(gateway.apiPort())) {
            BigInteger first = shown(gateway.apiPort());
            assertTrue(live(early).startsWith("HTTP/1.1 "));
            renewed();
            Await.orFail(
                    "another certificate", PATIENCE, () -> !shown(gateway.apiPort()).equals(first));
            assertTrue(live(early).startsWith("HTTP/1.1 "));
        }
    }

    @Test
    void whatCannotBeShownIsNotTakenAndTheNextGoodPairIs() throws Exception {
        renewed();
        try (GatewayUnderTest gateway = start()) {
            BigInteger first = shown(gateway.apiPort());
            Files.writeString(key, authority.server(List.of("127.0.0.1")).key());
            keepsShowing(first, gateway.apiPort());
            Files.writeString(certificate, "-----BEGIN CERTIFICATE-----\nno\n");
            keepsShowing(first, gateway.apiPort());
            Files.delete(key);
            keepsShowing(first, gateway.apiPort());
            renewed();
            Await.orFail(
                    "another certificate", PATIENCE, () -> !shown(gateway.apiPort()).equals(first));
        }
    }

    /** For longer than two looks at the files. */
    private static void keepsShowing(BigInteger serial, int port) {
        long end = System.nanoTime() + Duration.ofMillis(2_500).toNanos();
        while (System.nanoTime() < end) {
            assertEquals(serial, shown(port));
        }
    }
}
