package io.fleetwall.laboratory.job;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * Gets pages as a build's tools do: resolve by the system's resolver, try its addresses in turn,
 * TLS with the host's name, one request for each connection.
 */
final class WebClient {
    private static final int PATIENCE_MILLIS = 3_000;
    private static final int LARGEST_HEAD = 8_192;

    private final SSLContext tls;

    WebClient(SSLContext tls) {
        this.tls = tls;
    }

    /** The page's text. */
    String get(String url) throws IOException {
        try (Socket socket = open(url)) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** A connection from which the body can be read: the head is read and was {@code 200}. */
    Socket open(String url) throws IOException {
        URI uri = URI.create(url);
        boolean secure = "https".equals(uri.getScheme());
        int standardPort = secure ? 443 : 80;
        Socket plain = connect(uri.getHost(), uri.getPort() > 0 ? uri.getPort() : standardPort);
        try {
            Socket socket = secure ? secure(plain, uri.getHost()) : plain;
            String path = uri.getPath().isEmpty() ? "/" : uri.getPath();
            socket.getOutputStream()
                    .write(
                            ("GET " + path + " HTTP/1.1\r\nHost: " + uri.getHost() + "\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            expectOk(readHead(socket.getInputStream()));
            return socket;
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    private static Socket connect(String host, int port) throws IOException {
        IOException last = new IOException("no address");
        for (InetAddress address : InetAddress.getAllByName(host)) {
            Socket socket = new Socket();
            try {
                socket.setSoTimeout(PATIENCE_MILLIS);
                socket.connect(new InetSocketAddress(address, port), PATIENCE_MILLIS);
                return socket;
            } catch (IOException e) {
                socket.close();
                last = e;
            }
        }
        throw last;
    }

    private Socket secure(Socket plain, String host) throws IOException {
        SSLSocket socket =
                (SSLSocket) tls.getSocketFactory().createSocket(plain, host, plain.getPort(), true);
        var parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0 || head.length() == LARGEST_HEAD) {
                throw new EOFException("no HTTP answer");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static void expectOk(String head) throws IOException {
        if (!head.startsWith("HTTP/1.1 200 ")) {
            throw new IOException("answered " + head.lines().findFirst().orElse(""));
        }
    }
}
