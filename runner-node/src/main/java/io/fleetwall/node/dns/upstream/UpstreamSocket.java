package io.fleetwall.node.dns.upstream;

import io.fleetwall.node.dns.listen.SocketErrors;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.ArrayList;
import java.util.List;

/**
 * One UDP socket towards one upstream, connected: the kernel gives it a random port, drops what
 * comes from elsewhere, and reports an upstream that is not there.
 *
 * <p>Used for a limited number of questions and a limited time, then closed once nobody waits: a
 * forger who found out its port has learned nothing about the next.
 */
// A failed write reaches exceptionCaught (void promise); a failed close has no remedy.
@SuppressWarnings("FutureReturnValueIgnored")
final class UpstreamSocket extends SimpleChannelInboundHandler<DatagramPacket> {
    private static final int MAX_USES = 512;
    private static final long MAX_AGE_NANOS = 30_000_000_000L;

    /** More than the 1232 bytes asked for, so that a too long reply is seen as what it is. */
    private static final int DATAGRAM_BYTES = 4096;

    private final UpstreamReplies replies;
    private final IntObjectMap<Attempt> waiting = new IntObjectHashMap<>();
    private final byte[] message = new byte[DATAGRAM_BYTES];
    private final long bornNanos;
    private final ChannelFuture opened;
    private int uses;
    private boolean retired;

    UpstreamSocket(Bootstrap bootstrap, Upstream upstream, UpstreamReplies replies, long nowNanos) {
        this.replies = replies;
        bornNanos = nowNanos;
        opened =
                bootstrap
                        .clone()
                        .option(
                                ChannelOption.RECVBUF_ALLOCATOR,
                                new FixedRecvByteBufAllocator(DATAGRAM_BYTES))
                        .handler(this)
                        .connect(upstream.address());
        opened.addListener(done -> {
            if (!done.isSuccess()) {
                fail("cannot open a socket: " + done.cause().getMessage());
            }
        });
    }

    boolean worn(long nowNanos) {
        return retired || uses >= MAX_USES || nowNanos - bornNanos > MAX_AGE_NANOS;
    }

    /** Whether no other question of this socket under way has this id. */
    boolean free(int id) {
        return !waiting.containsKey(id);
    }

    void send(Attempt attempt) {
        uses++;
        waiting.put(attempt.sent().id(), attempt);
        Channel channel = opened.channel();
        byte[] question = attempt.sent().message();
        opened.addListener(done -> {
            if (done.isSuccess()) {
                channel.writeAndFlush(
                        channel.alloc().ioBuffer(question.length).writeBytes(question),
                        channel.voidPromise());
            }
        });
    }

    /** The attempt is over; its id may be used again. */
    void forget(Attempt attempt) {
        waiting.remove(attempt.sent().id(), attempt);
        closeIfDone();
    }

    /** No more questions; closes when nobody waits. */
    void retire() {
        retired = true;
        closeIfDone();
    }

    private void closeIfDone() {
        if (retired && waiting.isEmpty()) {
            opened.channel().close();
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
        int length = packet.content().readableBytes();
        if (length < 2 || length > message.length) {
            return;
        }
        packet.content().readBytes(message, 0, length);
        Attempt attempt = waiting.get(((message[0] & 0xff) << 8) | (message[1] & 0xff));
        if (attempt == null) {
            replies.foreign();
        } else {
            replies.received(attempt, message, length);
        }
    }

    /** ICMP said that the upstream is not there, or the network is not. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        SocketErrors.note(context.channel(), cause);
        fail("upstream unreachable: " + cause.getMessage());
    }

    private void fail(String trouble) {
        retired = true;
        List<Attempt> lost = new ArrayList<>(waiting.values());
        waiting.clear();
        lost.forEach(attempt -> replies.unreachable(attempt, trouble));
        closeIfDone();
    }
}
