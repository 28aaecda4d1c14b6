package io.fleetwall.bpf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicLong;

/** Echoes bytes and counts them, so that a test sees what really arrived. */
final class EchoServer implements AutoCloseable {
    private final ServerSocket server;
    private final AtomicLong received = new AtomicLong();

    EchoServer(String address, int port) {
        try {
            server = new ServerSocket();
            server.bind(new InetSocketAddress(address, port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> echo(socket));
            }
        } catch (SocketException e) {
            if (!server.isClosed()) {
                throw new UncheckedIOException(e);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Until the peer ends it, in whatever way: a reset is the point of some tests. */
    private void echo(Socket socket) {
        try (socket) {
            for (int b = socket.getInputStream().read();
                    b >= 0;
                    b = socket.getInputStream().read()) {
                received.incrementAndGet();
                socket.getOutputStream().write(b);
            }
        } catch (SocketException e) {
            received.addAndGet(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long received() {
        return received.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
