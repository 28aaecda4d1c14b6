package io.fleetwall.bpf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Collects the numbers of datagrams that arrive. */
final class DatagramSink implements AutoCloseable {
    private final DatagramSocket socket;
    private final Set<Integer> numbers = ConcurrentHashMap.newKeySet();

    DatagramSink(String address, int port) throws SocketException {
        socket = new DatagramSocket(new InetSocketAddress(address, port));
        Thread.ofPlatform().daemon().start(this::receive);
    }

    private void receive() {
        DatagramPacket packet = new DatagramPacket(new byte[16], 16);
        try {
            while (true) {
                socket.receive(packet);
                numbers.add(ByteBuffer.wrap(packet.getData()).getInt());
            }
        } catch (IOException e) {
            if (!socket.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    int received() {
        return numbers.size();
    }

    @Override
    public void close() {
        socket.close();
    }
}
