package io.fleetwall.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;

/** A TLS server on loopback with a certificate of its own, that remembers what it was sent. */
final class TlsReceiver implements AutoCloseable {
    private static final String PASSWORD = "changeit";
    private final SSLServerSocket server;
    private final Path certificate;
    private final List<String> texts = new CopyOnWriteArrayList<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private final Thread thread;

    private TlsReceiver(SSLServerSocket server, Path certificate) {
        this.server = server;
        this.certificate = certificate;
        this.thread = Thread.ofPlatform().name("tls-receiver").start(this::serve);
    }

    static TlsReceiver start(Path directory) throws Exception {
        Files.createDirectories(directory);
        Path store = directory.resolve("key.p12");
        Path certificate = directory.resolve("certificate.pem");
        keytool(store, "-genkeypair -alias k -keyalg EC -dname CN=receiver -ext san=ip:127.0.0.1");
        keytool(store, "-exportcert -rfc -alias k -file " + certificate);
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        KeyManagerFactory managers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        SSLServerSocket server =
                (SSLServerSocket)
                        context.getServerSocketFactory()
                                .createServerSocket(0, 16, InetAddress.getLoopbackAddress());
        return new TlsReceiver(server, certificate);
    }

    private static void keytool(Path store, String words) throws Exception {
        Path program = Path.of(System.getProperty("java.home"), "bin", "keytool");
        var command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(words.split(" ")));
        command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError("keytool failed");
        }
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept();
                    InputStream in = socket.getInputStream()) {
                texts.add(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            } catch (SSLException refused) {
                refusals.incrementAndGet();
            } catch (IOException closed) {
                if (!server.isClosed()) {
                    refusals.incrementAndGet();
                }
            }
        }
    }

    int port() {
        return server.getLocalPort();
    }

    Path certificate() {
        return certificate;
    }

    String text() {
        return String.join("", texts);
    }

    int refusals() {
        return refusals.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
