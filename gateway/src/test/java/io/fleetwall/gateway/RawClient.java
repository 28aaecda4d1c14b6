package io.fleetwall.gateway;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A client that speaks TLS and then whatever bytes a test wants, as an attacker would. */
final class RawClient {
    private static final char[] NO_PASSWORD = {};

    private RawClient() {}

    /** A TLS connection to the link, with a node's certificate or with none. */
    static SSLSocket connect(
            GatewayUnderTest gateway, String ca, Optional<TestNode.Credentials> credentials) {
        return connect(gateway, ca, credentials, InetAddress.getLoopbackAddress());
    }

    /** The same from another address of this machine. */
    static SSLSocket connect(
            GatewayUnderTest gateway,
            String ca,
            Optional<TestNode.Credentials> credentials,
            InetAddress from) {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            KeyStore trusted = store();
            trusted.setCertificateEntry("ca", certificate(ca));
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            context.init(keys(credentials), trust.getTrustManagers(), null);
            SSLSocket socket =
                    (SSLSocket)
                            context.getSocketFactory()
                                    .createSocket(
                                            InetAddress.getLoopbackAddress(),
                                            gateway.linkPort(),
                                            from,
                                            0);
            socket.setSoTimeout(30_000);
            return socket;
        } catch (GeneralSecurityException | IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private static KeyManager[] keys(Optional<TestNode.Credentials> credentials)
            throws GeneralSecurityException, IOException {
        KeyStore own = store();
        if (credentials.isPresent()) {
            Certificate[] chain = {certificate(credentials.get().certificate())};
            own.setKeyEntry("me", key(credentials.get().key()), NO_PASSWORD, chain);
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(own, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static KeyStore store() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Certificate certificate(String pem) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    private static PrivateKey key(String pem) throws GeneralSecurityException {
        String body = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
    }

    /** The request that makes a connection a link. */
    static String upgrade(String path) {
        return "GET "
                + path
                + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    }

    /**
     * Says something and returns the first line of the answer; empty when the other end is gone.
     */
    static String ask(Socket socket, String text) {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return line(socket.getInputStream());
        } catch (IOException gone) {
            return "";
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\r'; c = in.read()) {
            line.append((char) c);
        }
        return line.toString();
    }

    /** Whether the other end has closed, read to its end. */
    static boolean ended(Socket socket) {
        try {
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            return true;
        } catch (java.net.SocketTimeoutException stillOpen) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }
}
