package io.fleetwall.gateway.fleet;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Frames over a WebSocket. Policies, which are most of what goes out, do not pass the socket's
 * queue and its encoder, but go to TLS at once when nothing waits before them.
 */
final class SocketCarrier implements Carrier {
    private static final short POLICY_VIOLATION = 1008;
    private static final Future<Void> SENT = Future.succeededFuture();

    /** Who does not read never gets the closing frame, nor does what waits for it end. */
    private static final long FAREWELL_MILLIS = Duration.ofSeconds(2).toMillis();

    private final ServerWebSocket socket;

    /** What is written here is on its way to TLS. */
    private final ChannelHandlerContext encoder;

    /** Of what went through the socket's queue. */
    private Future<Void> last = Future.succeededFuture();

    SocketCarrier(ServerWebSocket socket) {
        this.socket = socket;
        this.encoder =
                Objects.requireNonNull(
                        context().pipeline().context(WebSocketFrameEncoder.class), "an encoder");
    }

    private ChannelHandlerContext context() {
        return ((WebSocketInternal) socket).channelHandlerContext();
    }

    /** Hands what the node says to its link. */
    void carry(NodeLink link) {
        // For files, which no link sends; each frame would go through its queue.
        ChannelPipeline pipeline = context().pipeline();
        if (pipeline.get(ChunkedWriteHandler.class) != null) {
            pipeline.remove(ChunkedWriteHandler.class);
        }
        pipeline.addBefore(context().name(), null, new Room(link));
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
        return !socket.isClosed() && (socket.writeQueueFull() || !encoder.channel().isWritable());
    }

    @Override
    public Future<Void> write(Buffer frame) {
        last = socket.writeBinaryMessage(frame);
        return last;
    }

    @Override
    public Future<Void> write(PolicyFrame policy) {
        Optional<ByteBuf> wire = policy.wire();
        if (wire.isEmpty() || !last.isComplete() || isFull()) {
            return write(policy.message());
        }
        ChannelFuture written = encoder.writeAndFlush(wire.get().retainedDuplicate());
        return written.isSuccess() ? SENT : whenever(written);
    }

    private static Future<Void> whenever(ChannelFuture written) {
        Promise<Void> promise = Promise.promise();
        written.addListener(done -> {
            if (done.isSuccess()) {
                promise.complete();
            } else {
                promise.fail(done.cause());
            }
        });
        return promise.future();
    }

    /** Tells its link when the channel takes more, which the socket knows of its own queue only. */
    private static final class Room extends ChannelInboundHandlerAdapter {
        private final NodeLink link;

        Room(NodeLink link) {
            this.link = link;
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            context.fireChannelWritabilityChanged();
            if (context.channel().isWritable()) {
                link.drained();
            }
        }
    }

    @Override
    public void onClose(Runnable handler) {
        socket.closeHandler(closed -> handler.run());
    }

    @Override
    public Future<Void> close(String reason) {
        ChannelHandlerContext channel = context();
        Runnable cut = () -> channel.channel().unsafe().close(channel.newPromise());
        var late = channel.executor().schedule(cut, FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
        return socket.close(POLICY_VIOLATION, reason).onComplete(closed -> late.cancel(false));
    }
}
