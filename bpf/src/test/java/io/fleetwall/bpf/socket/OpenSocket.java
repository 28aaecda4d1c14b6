package io.fleetwall.bpf.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A UDP socket over IPv4 whose descriptor is known: the one that was not there before. */
record OpenSocket(DatagramChannel channel, int descriptor) implements AutoCloseable {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    static OpenSocket at(String address) throws IOException {
        // The first of the JVM opens sockets of the JVM's own beside it.
        DatagramChannel.open(StandardProtocolFamily.INET).close();
        Set<Integer> before = sockets();
        DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
        Set<Integer> opened = sockets();
        opened.removeAll(before);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20);
        channel.bind(new InetSocketAddress(address, 0));
        channel.configureBlocking(false);
        return new OpenSocket(channel, opened.iterator().next());
    }

    private static Set<Integer> sockets() throws IOException {
        Set<Integer> found = new HashSet<>();
        try (Stream<Path> all = Files.list(DESCRIPTORS)) {
            for (Path each : all.toList()) {
                if (Files.isSymbolicLink(each)
                        && Files.readSymbolicLink(each).toString().startsWith("socket:")) {
                    found.add(Integer.parseInt(each.getFileName().toString()));
                }
            }
        }
        return found;
    }

    /** As the kernel writes it. */
    byte[] address() throws IOException {
        InetSocketAddress local = (InetSocketAddress) channel.getLocalAddress();
        byte[] address = new byte[DatagramVector.ADDRESS_BYTES];
        address[0] = SystemCalls.AF_INET;
        address[2] = (byte) (local.getPort() >>> 8);
        address[3] = (byte) local.getPort();
        System.arraycopy(local.getAddress().getAddress(), 0, address, 4, 4);
        return address;
    }

    /** So many that came, in any order, each datagram as its length and first byte. */
    Set<String> received(int count) throws IOException {
        Set<String> all = new HashSet<>();
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        // On a loaded machine they come a while after they were sent.
        while (all.size() < count && System.nanoTime() < deadline) {
            if (channel.receive(buffer) != null) {
                buffer.flip();
                all.add(buffer.remaining() + ":" + buffer.get(0));
                buffer.clear();
            }
        }
        return all;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
