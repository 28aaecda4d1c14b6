package io.fleetwall.node.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * A resolver on loopback, UDP and TCP on one port, that says what the test tells it to. Plain
 * sockets, so that it shares nothing with the code under test.
 */
final class StubUpstream implements AutoCloseable {
    /** What to answer to one query: any number of messages. */
    @FunctionalInterface
    interface Script extends Function<byte[], List<byte[]>> {}

    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final List<byte[]> udpQueries = new CopyOnWriteArrayList<>();
    private final List<Integer> ports = new CopyOnWriteArrayList<>();
    private final List<byte[]> tcpQueries = new CopyOnWriteArrayList<>();
    private volatile Script udpScript;
    private volatile Script tcpScript;

    StubUpstream(Script script) throws IOException {
        udpScript = script;
        tcpScript = script;
        tcp = new ServerSocket();
        udp = bindBoth(tcp);
        Thread.ofVirtual().start(this::serveDatagrams);
        Thread.ofVirtual().start(this::serveConnections);
    }

    /** A port that is free for TCP may be taken for UDP: then another. */
    private static DatagramSocket bindBoth(ServerSocket tcp) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        for (int i = 0; i < 20; i++) {
            DatagramSocket udp = new DatagramSocket(new InetSocketAddress(loopback, 0));
            try {
                tcp.bind(udp.getLocalSocketAddress());
                return udp;
            } catch (BindException e) {
                udp.close();
            }
        }
        throw new IOException("no port is free for UDP and TCP");
    }

    void overUdp(Script script) {
        udpScript = script;
    }

    void overTcp(Script script) {
        tcpScript = script;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) udp.getLocalSocketAddress();
    }

    List<byte[]> udpQueries() {
        return udpQueries;
    }

    /** The source ports of the datagrams. */
    List<Integer> ports() {
        return ports;
    }

    List<byte[]> tcpQueries() {
        return tcpQueries;
    }

    /** Sends a datagram from this resolver's address. */
    void send(byte[] message, InetSocketAddress to) {
        try {
            udp.send(new DatagramPacket(message, message.length, to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serveDatagrams() {
        byte[] buffer = new byte[4096];
        while (!udp.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                udp.receive(packet);
            } catch (IOException e) {
                return;
            }
            byte[] query = java.util.Arrays.copyOf(buffer, packet.getLength());
            ports.add(packet.getPort());
            udpQueries.add(query);
            InetSocketAddress sender = (InetSocketAddress) packet.getSocketAddress();
            udpScript.apply(query).forEach(reply -> send(reply, sender));
        }
    }

    private void serveConnections() {
        while (!tcp.isClosed()) {
            try {
                Socket connection = tcp.accept();
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection;
                DataInputStream in = new DataInputStream(connection.getInputStream());
                DataOutputStream out = new DataOutputStream(connection.getOutputStream())) {
            while (true) {
                byte[] query = in.readNBytes(in.readUnsignedShort());
                tcpQueries.add(query);
                for (byte[] reply : tcpScript.apply(query)) {
                    out.writeShort(reply.length);
                    out.write(reply);
                }
            }
        } catch (IOException e) {
            // the proxy closed its connection: this thread's work is done
            return;
        }
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }
}
