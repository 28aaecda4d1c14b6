package io.fleetwall.node.dns.listen;

import io.netty.channel.unix.Socket;
import java.io.IOException;

/**
 * SO_RCVBUFFORCE: room for what arrives while the process pauses, beyond the machine's usual limit
 * (net.core.rmem_max, on most 208 KiB: 2 ms of questions). The kernel takes the memory only while
 * something waits in it.
 */
final class ReceiveBuffer {
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUFFORCE = 33;

    private ReceiveBuffer() {}

    /** As many bytes as wanted with CAP_NET_ADMIN, else as many as the machine's limit allows. */
    static void set(Socket socket, int bytes) throws IOException {
        try {
            socket.setIntOpt(SOL_SOCKET, SO_RCVBUFFORCE, bytes);
        } catch (IOException e) {
            SocketErrors.note(socket, e);
            socket.setReceiveBufferSize(bytes);
        }
    }
}
