package io.fleetwall.node.dns.upstream;

import io.fleetwall.bpf.socket.DatagramVector;
import io.fleetwall.node.dns.listen.SocketErrors;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A connected UDP socket whose datagrams never become Netty's objects. */
final class VectorWire implements EpollIoHandle, Wire {
    /** Batches before other sockets of the loop have their turn. */
    private static final int MAX_BATCHES = 8;

    private static final int RECEIVE_BUFFER = 1 << 20;

    private final VectorWires wires;
    private final Sink sink;
    private final Socket socket = Socket.newSocketDgram();
    private @Nullable IoRegistration registration;
    private @Nullable String trouble;
    private boolean closed;

    VectorWire(VectorWires wires, InetSocketAddress upstream, Sink sink) {
        this.wires = wires;
        this.sink = sink;
        try {
            socket.setReceiveBufferSize(RECEIVE_BUFFER);
            boolean connected = socket.connect(upstream);
            assert connected : "there is nothing to wait for";
        } catch (IOException e) {
            trouble = "cannot open a socket: " + e.getMessage();
        }
    }

    /** On the loop. */
    void begin(IoEventLoop loop) {
        loop.register(this)
                .addListener(done -> {
                    if (done.isSuccess() && done.getNow() instanceof IoRegistration registered) {
                        registration = registered;
                        if (registered.submit(EpollIoOps.EPOLLIN) < 0) {
                            trouble = "the event loop does not take the socket";
                        }
                    } else {
                        trouble = "the event loop does not take the socket: " + done.cause();
                    }
                });
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    int descriptor() {
        return socket.intValue();
    }

    @Override
    public void send(byte[] question) {
        String why = trouble;
        if (why != null) {
            wires.later(() -> sink.failed(why));
        } else if (!closed) {
            wires.send(this, question);
        }
    }

    /** Level-triggered: what is left is said again. */
    @Override
    public void handle(IoRegistration registered, IoEvent event) {
        DatagramVector vector = wires.vector();
        byte[] message = wires.message();
        for (int batch = 0; batch < MAX_BATCHES && !closed; batch++) {
            int count = vector.receive(socket.intValue());
            for (int slot = 0; slot < count && !closed; slot++) {
                int length = vector.length(slot);
                vector.copy(slot, message);
                sink.received(message, length);
            }
            if (count < 0) {
                fail(count);
            }
            if (count <= 0 || closed || !vector.full()) {
                return;
            }
        }
    }

    /** The kernel said so, of sending or of receiving. */
    void fail(int errno) {
        IOException cause = Errors.newIOException("upstream", errno);
        SocketErrors.note(socket, cause);
        sink.failed("upstream unreachable: " + cause.getMessage());
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        wires.closing(this);
        IoRegistration registered = registration;
        if (registered != null) {
            boolean left = registered.cancel();
            assert left : "socket was registered";
        }
        try {
            socket.close();
        } catch (IOException e) {
            SocketErrors.note(socket, e);
        }
    }
}
