package io.fleetwall.gateway.fleet;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;

/** Frames over a WebSocket. */
record SocketCarrier(ServerWebSocket socket) implements Carrier {
    private static final short POLICY_VIOLATION = 1008;

    /** Hands what the node says to its link. */
    void carry(NodeLink link) {
        socket.exceptionHandler(link::broke);
        socket.drainHandler(drained -> link.pump());
        socket.textMessageHandler(text -> link.text());
        socket.binaryMessageHandler(link::frame);
        socket.frameHandler(frame -> {
            if (frame.isPing()) {
                link.pinged();
            }
        });
    }

    @Override
    public void pause() {
        socket.pause();
    }

    @Override
    public void resume() {
        socket.resume();
    }

    /** A pong that nobody asked for (RFC 6455, 5.5.3), as pings are not read either. */
    @Override
    public void assure() {
        socket.writePong(Buffer.buffer());
    }

    @Override
    public boolean isClosed() {
        return socket.isClosed();
    }

    @Override
    public boolean isFull() {
        return socket.writeQueueFull();
    }

    @Override
    public Future<Void> write(Buffer frame) {
        return socket.writeBinaryMessage(frame);
    }

    @Override
    public void onClose(Runnable handler) {
        socket.closeHandler(closed -> handler.run());
    }

    @Override
    public Future<Void> close(String reason) {
        return socket.close(POLICY_VIOLATION, reason);
    }
}
