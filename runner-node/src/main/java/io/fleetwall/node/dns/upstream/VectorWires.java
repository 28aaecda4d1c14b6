package io.fleetwall.node.dns.upstream;

import io.fleetwall.bpf.socket.DatagramVector;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Wires of one worker by the system calls for many datagrams: what is asked in one turn of the loop
 * over one of them leaves in one call, and comes back so.
 */
final class VectorWires implements Wire.Opener, AutoCloseable {
    private final IoEventLoop loop;
    private final DatagramVector vector = new DatagramVector(Wire.DATAGRAM_BYTES);
    private final byte[] message = new byte[Wire.DATAGRAM_BYTES];
    private final Runnable turnEnds;
    private final List<VectorWire> open = new ArrayList<>();
    private @Nullable VectorWire sending;
    private boolean awaited;
    private boolean closing;

    /**
     * @param turnEnds called after what was asked in a turn has left
     */
    VectorWires(EventLoop loop, Runnable turnEnds) {
        this.loop = (IoEventLoop) loop;
        this.turnEnds = turnEnds;
    }

    @Override
    public Wire open(InetSocketAddress upstream, Wire.Sink sink) {
        VectorWire wire = new VectorWire(this, upstream, sink);
        open.add(wire);
        wire.begin(loop);
        return wire;
    }

    DatagramVector vector() {
        return vector;
    }

    /** Where one received message after the other is looked at. */
    byte[] message() {
        return message;
    }

    void send(VectorWire wire, byte[] question) {
        if (sending != wire) {
            flush();
            sending = wire;
        }
        vector.sendConnected(wire.descriptor(), question, question.length);
        if (!awaited) {
            awaited = true;
            loop.execute(this::endOfTurn);
        }
    }

    void later(Runnable action) {
        loop.execute(action);
    }

    /** Before a descriptor is closed: it may be another socket's then. */
    void closing(VectorWire wire) {
        if (sending == wire) {
            vector.flush();
            sending = null;
        }
        open.remove(wire);
        if (closing && open.isEmpty()) {
            vector.close();
        }
    }

    private void endOfTurn() {
        awaited = false;
        flush();
        turnEnds.run();
    }

    private void flush() {
        VectorWire wire = sending;
        if (wire != null) {
            sending = null;
            int error = vector.flush();
            if (error < 0) {
                wire.fail(error);
            }
        }
    }

    /** Frees the memory as soon as the last wire is closed. */
    @Override
    public void close() {
        closing = true;
        if (open.isEmpty()) {
            vector.close();
        }
    }
}
