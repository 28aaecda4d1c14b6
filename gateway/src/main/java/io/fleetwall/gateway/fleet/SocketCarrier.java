package io.fleetwall.gateway.fleet;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Frames over a WebSocket. */
record SocketCarrier(ServerWebSocket socket) implements Carrier {
    private static final short POLICY_VIOLATION = 1008;

    /** Who does not read never gets the closing frame, nor does what waits for it end. */
    private static final long FAREWELL_MILLIS = Duration.ofSeconds(2).toMillis();

    /** Hands what the node says to its link. */
    void carry(NodeLink link) {
        // For files, which no link sends; each frame would go through its queue.
        ChannelPipeline pipeline = ((WebSocketInternal) socket).channelHandlerContext().pipeline();
        if (pipeline.get(ChunkedWriteHandler.class) != null) {
            pipeline.remove(ChunkedWriteHandler.class);
        }
        socket.exceptionHandler(link::broke);
        socket.drainHandler(drained -> link.drained());
        socket.textMessageHandler(text -> link.text());
        socket.binaryMessageHandler(link::frame);
        socket.frameHandler(frame -> {
            if (frame.isPing()) {
                link.pinged();
            }
            // Answers to who does not read them would pile up.
            if (isFull()) {
                socket.pause();
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
        return !socket.isClosed() && socket.writeQueueFull();
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
        ChannelHandlerContext channel = ((WebSocketInternal) socket).channelHandlerContext();
        Runnable cut = () -> channel.channel().unsafe().close(channel.newPromise());
        var late = channel.executor().schedule(cut, FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
        return socket.close(POLICY_VIOLATION, reason).onComplete(closed -> late.cancel(false));
    }
}
