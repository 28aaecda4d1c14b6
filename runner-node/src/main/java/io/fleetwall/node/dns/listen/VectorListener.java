package io.fleetwall.node.dns.listen;

import io.fleetwall.bpf.socket.DatagramVector;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A UDP socket on Netty's epoll loop whose datagrams never become Netty's objects: they come and go
 * by the batch, in memory that is used again, and a cached answer allocates nothing.
 *
 * <p>Replies within the call of a received batch leave together, in one system call; later ones
 * leave at the end of the loop's turn. Belongs to one event loop.
 */
final class VectorListener implements EpollIoHandle, Client {
    /**
     * Questions of the longest pause of the process, at the highest rate one loop answers: half a
     * second of 140,000. A question takes some 900 bytes of it, and the kernel grants twice as
     * many.
     */
    private static final int RECEIVE_BUFFER = 32 << 20;

    /** Batches before other sockets of the loop have their turn. */
    private static final int MAX_BATCHES = 16;

    /**
     * Where so many came at once, more have come while they were answered: looking costs a third of
     * a turn of the loop.
     */
    private static final int MANY = 8;

    private final QueryHandler handler;
    private final Socket socket;
    private final IoEventLoop loop;
    private final DatagramVector vector = new DatagramVector(UdpListener.DATAGRAM_BYTES);
    private final InetSocketAddress local;
    private final byte[] message = new byte[UdpListener.DATAGRAM_BYTES];
    private final byte[] sender = new byte[DatagramVector.ADDRESS_BYTES];
    private @Nullable IoRegistration registration;
    private boolean flushing;
    private boolean closed;

    private VectorListener(QueryHandler handler, Socket socket, IoEventLoop loop) {
        this.handler = handler;
        this.socket = socket;
        this.loop = loop;
        local = socket.localAddress();
    }

    /** A bound socket that does not receive yet; fails with the cause, and leaves nothing open. */
    static VectorListener open(QueryHandler handler, Endpoint endpoint, IoEventLoop loop) {
        Socket socket = Socket.newSocketDgram();
        try {
            ReceiveBuffer.set(socket, RECEIVE_BUFFER);
            if (endpoint.sharing() == Endpoint.Sharing.BY_WORKERS) {
                socket.setReusePort(true);
            }
            if (endpoint.device().isPresent()) {
                Device.bind(socket, endpoint.device().get());
            }
            socket.bind(endpoint.address());
            return new VectorListener(handler, socket, loop);
        } catch (IOException e) {
            closed(socket);
            throw new CompletionException(e);
        }
    }

    /** Where it is bound. */
    InetSocketAddress local() {
        return local;
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    /** Begins to receive; on the loop. */
    VectorListener begin(IoRegistration registered) {
        registration = registered;
        long interest = registered.submit(EpollIoOps.EPOLLIN);
        if (interest < 0) {
            throw new IllegalStateException("the event loop does not take the listener");
        }
        return this;
    }

    /** Level-triggered: what is left is said again. */
    @Override
    public void handle(IoRegistration registered, IoEvent event) {
        for (int batch = 0; batch < MAX_BATCHES && !closed; batch++) {
            int count = vector.receive(socket.intValue());
            flushing = true;
            for (int slot = 0; slot < count; slot++) {
                int length = vector.length(slot);
                vector.copy(slot, message);
                vector.sender(slot, sender);
                handler.handle(message, length, this);
            }
            flush();
            if (count < MANY) {
                return;
            }
        }
    }

    @Override
    public int limit(int udpPayload) {
        return udpPayload;
    }

    @Override
    public void reply(byte[] bytes, int length) {
        send(sender, bytes, length);
    }

    @Override
    public Client detach() {
        return new Later(this, sender.clone());
    }

    @Override
    public InetSocketAddress address() {
        return SocketAddresses.read(sender);
    }

    private void send(byte[] to, byte[] bytes, int length) {
        if (closed) {
            return;
        }
        vector.send(socket.intValue(), to, bytes, length);
        if (!flushing) {
            flushing = true;
            loop.execute(this::flush);
        }
    }

    private void flush() {
        flushing = false;
        if (!closed) {
            vector.flush();
        }
    }

    /** Leaves the loop and closes the socket; on the loop. Idempotent. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (registration != null) {
            boolean left = registration.cancel();
            assert left : "listener was registered";
        }
        closed(socket);
        vector.close();
    }

    private static void closed(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            SocketErrors.note(socket, e);
        }
    }

    private record Later(VectorListener listener, byte[] to) implements Client {
        @Override
        public int limit(int udpPayload) {
            return udpPayload;
        }

        @Override
        public void reply(byte[] message, int length) {
            listener.send(to, message, length);
        }

        @Override
        public Client detach() {
            return this;
        }

        @Override
        public InetSocketAddress address() {
            return SocketAddresses.read(to);
        }
    }
}
