package io.fleetwall.node.dns;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/**
 * A resolver over TLS on loopback, by the JDK's blocking sockets. It also watches the same port's
 * UDP, and keeps the first bytes of each connection as a sniffer would see them.
 */
final class TlsResolver implements AutoCloseable {
    final List<byte[]> queries = new CopyOnWriteArrayList<>();
    final List<byte[]> datagrams = new CopyOnWriteArrayList<>();
    final AtomicInteger connections = new AtomicInteger();

    /** How many questions a connection takes before any is answered, the last first. */
    volatile int together = 1;

    /** How many answers a connection gives before it ends. */
    volatile int answersEach = Integer.MAX_VALUE;

    private final ServerSocket server;
    private final DatagramSocket sniffer;

    TlsResolver(SSLContext tls) throws IOException {
        this(
                tls.getServerSocketFactory()
                        .createServerSocket(0, 64, InetAddress.getLoopbackAddress()));
    }

    /** Any listener: what it accepts is spoken to as if it were TLS. */
    TlsResolver(ServerSocket server) throws IOException {
        this.server = server;
        sniffer =
                new DatagramSocket(
                        new InetSocketAddress(
                                InetAddress.getLoopbackAddress(), server.getLocalPort()));
        Thread.ofVirtual().start(this::accept);
        Thread.ofVirtual().start(this::watch);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    private void watch() {
        while (!sniffer.isClosed()) {
            DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
            try {
                sniffer.receive(packet);
            } catch (IOException e) {
                return; // closed
            }
            datagrams.add(java.util.Arrays.copyOf(packet.getData(), packet.getLength()));
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket connection) {
        try (connection;
                DataInputStream in = new DataInputStream(connection.getInputStream())) {
            for (int answered = 0; answered < answersEach; answered += together) {
                ByteArrayOutputStream replies = new ByteArrayOutputStream();
                List<byte[]> asked = new CopyOnWriteArrayList<>();
                for (int i = 0; i < together; i++) {
                    byte[] query = in.readNBytes(in.readUnsignedShort());
                    queries.add(query);
                    asked.addFirst(query);
                }
                DataOutputStream out = new DataOutputStream(replies);
                for (byte[] query : asked) {
                    for (byte[] reply : Zone.answer(query)) {
                        out.writeShort(reply.length);
                        out.write(reply);
                    }
                }
                connection.getOutputStream().write(replies.toByteArray());
            }
        } catch (IOException e) {
            // the proxy went away, or would not speak to this server: the test looks at what came
            return;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        sniffer.close();
    }
}
