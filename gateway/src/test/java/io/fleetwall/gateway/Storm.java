package io.fleetwall.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * Connections from other addresses than the nodes', nineteen of them, as one has only 28,000 ports
 * for a minute: a quarter says nothing, a quarter nonsense, a quarter half of a TLS hello, a
 * quarter a whole one and then nothing. They stay until others need their descriptors.
 */
final class Storm implements AutoCloseable {
    private static final int FIRST_ADDRESS = 2;
    private static final int ADDRESSES = 19;

    /** Each has a descriptor at either end. */
    private static final int OPEN = 4_000;

    private final Deque<Socket> open = new ArrayDeque<>();
    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final Thread thread;
    private volatile boolean stopped;

    private Storm(int port, int attempts) {
        byte[] hello = clientHello();
        this.thread = Thread.ofPlatform().name("storm").start(() -> blow(port, attempts, hello));
    }

    static Storm begin(int port, int attempts) {
        return new Storm(port, attempts);
    }

    /** How many connections have been made, or could not be. */
    int tried() {
        return connected.get() + failed.get();
    }

    /** How many of them the gateway's machine took. */
    int connected() {
        return connected.get();
    }

    private void blow(int port, int attempts, byte[] hello) {
        while (tried() < attempts && !stopped) {
            int number = tried();
            Socket socket = new Socket();
            open.add(socket);
            try {
                if (open.size() > OPEN) {
                    open.removeFirst().close();
                }
                socket.bind(new InetSocketAddress(from(number), 0));
                socket.connect(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 30_000);
            } catch (IOException notTaken) {
                failed.incrementAndGet();
                continue;
            }
            try {
                say(socket, number % 4, hello);
            } catch (IOException turnedAway) {
                // Before it could say anything; the gateway counts it all the same.
            }
            connected.incrementAndGet();
        }
    }

    /** The address that the connection of this number comes from. */
    static InetAddress from(int number) throws IOException {
        byte last = (byte) (FIRST_ADDRESS + number % ADDRESSES);
        return InetAddress.getByAddress(new byte[] {127, 0, 0, last});
    }

    private static void say(Socket socket, int manner, byte[] hello) throws IOException {
        switch (manner) {
            case 0 -> {}
            case 1 ->
                    socket.getOutputStream()
                            .write("nonsense\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            case 2 -> socket.getOutputStream().write(hello, 0, hello.length / 2);
            default -> socket.getOutputStream().write(hello);
        }
    }

    /** The first words of a TLS client. */
    static byte[] clientHello() {
        try {
            SSLEngine engine = SSLContext.getDefault().createSSLEngine();
            engine.setUseClientMode(true);
            ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            engine.wrap(ByteBuffer.allocate(0), hello);
            byte[] bytes = new byte[hello.position()];
            hello.flip().get(bytes);
            return bytes;
        } catch (NoSuchAlgorithmException | SSLException failed) {
            throw new AssertionError(failed);
        }
    }

    @Override
    public void close() throws IOException {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        for (Socket socket : open) {
            socket.close();
        }
    }
}
