package io.fleetwall.node.dns.listen;

import io.netty.channel.unix.RawUnixChannelOption;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** SO_BINDTODEVICE: a socket that receives what came in by one interface, and nothing else. */
final class Device {
    private static final int SOL_SOCKET = 1;
    private static final int SO_BINDTODEVICE = 25;
    private static final int IFNAMSIZ = 16;

    static final RawUnixChannelOption OPTION =
            new RawUnixChannelOption("SO_BINDTODEVICE", SOL_SOCKET, SO_BINDTODEVICE, IFNAMSIZ);

    private Device() {}

    /** An interface's name as the option wants it, and gives it back. */
    static ByteBuffer bytes(String name) {
        return ByteBuffer.allocate(IFNAMSIZ).put(name.getBytes(StandardCharsets.US_ASCII)).rewind();
    }

    /** Binds a socket, and asks the kernel whether it did: else one runner had another's policy. */
    static void bind(Socket socket, String name) throws IOException {
        socket.setRawOpt(SOL_SOCKET, SO_BINDTODEVICE, bytes(name));
        ByteBuffer found = ByteBuffer.allocate(IFNAMSIZ);
        socket.getRawOpt(SOL_SOCKET, SO_BINDTODEVICE, found);
        if (!bytes(name).equals(found.rewind())) {
            throw new IOException("socket is not bound to " + name);
        }
    }
}
