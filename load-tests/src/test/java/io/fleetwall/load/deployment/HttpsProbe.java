package io.fleetwall.load.deployment;

import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Asks an address as kubelet probes: over TLS, without a look at the certificate. A second argument
 * is the file of a bearer token, as a scraper sends one.
 */
final class HttpsProbe {
    private HttpsProbe() {}

    public static void main(String[] arguments) throws Exception {
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, new TrustManager[] {new Everybody()}, new SecureRandom());
        try (HttpClient client = HttpClient.newBuilder().sslContext(tls).build()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(arguments[0]));
            if (arguments.length > 1) {
                String token = Files.readString(Path.of(arguments[1])).strip();
                request.header("Authorization", "Bearer " + token);
            }
            HttpResponse<String> answer =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            System.out.println(answer.statusCode() + " " + answer.body());
        }
    }

    /** The extended kind, which is not asked about the host's name either. */
    private static final class Everybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
