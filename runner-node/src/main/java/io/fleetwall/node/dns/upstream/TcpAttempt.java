package io.fleetwall.node.dns.upstream;

import io.fleetwall.node.dns.listen.Frames;
import io.fleetwall.node.dns.listen.SocketErrors;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;

/**
 * One question over a connection of its own: what a truncated reply, or an upstream that folds
 * letter case, is asked again by. Rare, so nothing is pooled.
 */
// A failed write reaches exceptionCaught (void promise); a failed close has no remedy.
@SuppressWarnings("FutureReturnValueIgnored")
final class TcpAttempt extends SimpleChannelInboundHandler<ByteBuf> implements Frames.Sink {
    private final UpstreamReplies replies;
    private final Attempt attempt;
    private final Frames frames = new Frames(65535, this);
    private final Channel channel;

    TcpAttempt(Bootstrap bootstrap, Attempt attempt, UpstreamReplies replies) {
        this.replies = replies;
        this.attempt = attempt;
        ChannelFuture opened =
                bootstrap.clone().handler(this).connect(attempt.upstream().address());
        channel = opened.channel();
        opened.addListener(done -> {
            if (!done.isSuccess()) {
                lost("cannot connect: " + done.cause().getMessage());
            }
        });
    }

    void close() {
        channel.close();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        byte[] question = attempt.sent().message();
        ByteBuf frame = context.alloc().ioBuffer(2 + question.length);
        frame.writeShort(question.length).writeBytes(question);
        context.writeAndFlush(frame, context.voidPromise());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf received) {
        frames.read(received);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        lost("upstream closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        SocketErrors.note(context.channel(), cause);
        lost("connection failed: " + cause.getMessage());
    }

    @Override
    public void message(byte[] message, int length) {
        replies.received(attempt, message, length);
    }

    /** No length above 65,535 can be announced. */
    @Override
    public void tooLong(byte[] start, int length) {
        lost("message too long");
    }

    @Override
    public boolean ready() {
        return true;
    }

    private void lost(String trouble) {
        replies.unreachable(attempt, Failure.UNREACHABLE, trouble);
        channel.close();
    }
}
