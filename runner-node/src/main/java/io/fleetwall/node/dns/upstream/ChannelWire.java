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
import java.net.InetSocketAddress;

/** By Netty's channels, where the system calls of {@link VectorWire} are not found. */
// A failed write reaches exceptionCaught (void promise); a failed close has no remedy.
@SuppressWarnings("FutureReturnValueIgnored")
final class ChannelWire extends SimpleChannelInboundHandler<DatagramPacket> implements Wire {
    private final Sink sink;
    private final byte[] message = new byte[DATAGRAM_BYTES];
    private final ChannelFuture opened;

    ChannelWire(Bootstrap bootstrap, InetSocketAddress upstream, Sink sink) {
        this.sink = sink;
        opened =
                bootstrap
                        .clone()
                        .option(
                                ChannelOption.RECVBUF_ALLOCATOR,
                                new FixedRecvByteBufAllocator(DATAGRAM_BYTES))
                        .handler(this)
                        .connect(upstream);
        opened.addListener(done -> {
            if (!done.isSuccess()) {
                sink.failed("cannot open a socket: " + done.cause().getMessage());
            }
        });
    }

    @Override
    public void send(byte[] question) {
        Channel channel = opened.channel();
        opened.addListener(done -> {
            if (done.isSuccess()) {
                channel.writeAndFlush(
                        channel.alloc().ioBuffer(question.length).writeBytes(question),
                        channel.voidPromise());
            }
        });
    }

    @Override
    public void close() {
        opened.channel().close();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
        int length = packet.content().readableBytes();
        if (length <= message.length) {
            packet.content().readBytes(message, 0, length);
            sink.received(message, length);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        SocketErrors.note(context.channel(), cause);
        sink.failed("upstream unreachable: " + cause.getMessage());
    }
}
