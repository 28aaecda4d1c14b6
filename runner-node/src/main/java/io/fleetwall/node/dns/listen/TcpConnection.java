package io.fleetwall.node.dns.listen;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client's TCP connection: queries may be pipelined, replies leave as they are ready (RFC 7766
 * section 6.2.1.1).
 *
 * <p>What a client can make the proxy hold is bounded: one partial message, {@link #PIPELINE}
 * queries under way, and Netty's write watermark (64 KiB) of replies it does not read; beyond that
 * its bytes stay in the kernel. The idle limit counts from the last complete query, so that a byte
 * now and then keeps nothing open.
 */
// A failed write reaches exceptionCaught (void promise); a failed close has no remedy.
@SuppressWarnings("FutureReturnValueIgnored")
final class TcpConnection extends ChannelInboundHandlerAdapter implements Client, Frames.Sink {
    private static final int PIPELINE = 64;

    private final QueryHandler handler;
    private final TcpSettings settings;
    private final Channel channel;
    private final Frames frames;
    private @Nullable ByteBuf waiting;
    private @Nullable ScheduledFuture<?> idle;
    private int underWay;
    private boolean busy;
    private boolean reading;

    TcpConnection(QueryHandler handler, TcpSettings settings, Channel channel) {
        this.handler = handler;
        this.settings = settings;
        this.channel = channel;
        frames = new Frames(settings.messageBytes(), this);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        watch();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stopWatching();
        ReferenceCountUtil.release(waiting);
        waiting = null;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object received) {
        ByteBuf input = (ByteBuf) received;
        if (waiting != null) {
            waiting.writeBytes(input);
            input.release();
            input = waiting;
            waiting = null;
        }
        read(input);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        resume();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        SocketErrors.note(channel, cause);
        context.close();
    }

    private void read(ByteBuf input) {
        reading = true;
        frames.read(input);
        reading = false;
        if (input.isReadable() && channel.isActive()) {
            waiting = channel.alloc().buffer(input.readableBytes()).writeBytes(input);
        }
        input.release();
        channel.config().setAutoRead(waiting == null && ready());
    }

    private void resume() {
        if (reading || !ready() || !channel.isActive()) {
            return;
        }
        ByteBuf input = waiting;
        waiting = null;
        if (input != null) {
            read(input);
            channel.flush();
        }
        channel.config().setAutoRead(waiting == null && ready());
    }

    @Override
    public boolean ready() {
        return underWay < PIPELINE && channel.isWritable();
    }

    @Override
    public void message(byte[] message, int length) {
        stopWatching();
        watch();
        underWay++;
        busy = true;
        handler.handle(message, length, this);
        if (busy) {
            busy = false;
            underWay--;
        }
    }

    /** Answered as what it is, a format error, and then no more: the stream has lost its frame. */
    @Override
    public void tooLong(byte[] start, int length) {
        handler.handle(start, length, this);
        channel.flush()
                .writeAndFlush(channel.alloc().buffer(0))
                .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public int limit(int udpPayload) {
        return 65535;
    }

    @Override
    public void reply(byte[] message, int length) {
        ByteBuf frame = channel.alloc().ioBuffer(2 + length);
        frame.writeShort(length).writeBytes(message, 0, length);
        if (reading) {
            channel.write(frame, channel.voidPromise());
        } else {
            channel.writeAndFlush(frame, channel.voidPromise());
        }
    }

    /** The query under way stays counted until its later reply. */
    @Override
    public Client detach() {
        busy = false;
        return new Later(this, address());
    }

    @Override
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.remoteAddress();
    }

    private void watch() {
        idle =
                channel.eventLoop()
                        .schedule(
                                () -> channel.close(),
                                settings.idle().toNanos(),
                                TimeUnit.NANOSECONDS);
    }

    private void stopWatching() {
        if (idle != null) {
            idle.cancel(false);
        }
    }

    private record Later(TcpConnection connection, InetSocketAddress address) implements Client {
        @Override
        public int limit(int udpPayload) {
            return 65535;
        }

        @Override
        public void reply(byte[] message, int length) {
            connection.underWay--;
            connection.reply(message, length);
            connection.resume();
        }

        @Override
        public Client detach() {
            return this;
        }
    }
}
