package io.fleetwall.node.dns.listen;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;

/**
 * Hands datagrams to the query handler and is their client at once: a reply written within the call
 * is flushed with the others of the same receive batch, in one system call.
 */
// A failed write reaches exceptionCaught (void promise); a failed close has no remedy.
@SuppressWarnings("FutureReturnValueIgnored")
final class UdpListener extends SimpleChannelInboundHandler<DatagramPacket> implements Client {
    /** A query with every option in use stays below; longer ones arrive cut and are malformed. */
    static final int DATAGRAM_BYTES = 2048;

    private static final InetSocketAddress NOBODY = new InetSocketAddress(0);

    private final QueryHandler handler;
    private final Channel channel;
    private final byte[] message = new byte[DATAGRAM_BYTES];
    private InetSocketAddress sender = NOBODY;
    private boolean reading;

    UdpListener(QueryHandler handler, Channel channel) {
        this.handler = handler;
        this.channel = channel;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
        int length = packet.content().readableBytes();
        if (length > message.length || packet.sender() == null) {
            return;
        }
        packet.content().readBytes(message, 0, length);
        sender = packet.sender();
        reading = true;
        handler.handle(message, length, this);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        reading = false;
        context.flush();
    }

    /** A reply that the network refused (an unreachable client) concerns that client alone. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        SocketErrors.note(channel, cause);
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
        return new Later(this, sender);
    }

    @Override
    public InetSocketAddress address() {
        return sender;
    }

    private void send(InetSocketAddress to, byte[] bytes, int length) {
        DatagramPacket packet =
                new DatagramPacket(
                        channel.alloc().ioBuffer(length).writeBytes(bytes, 0, length), to);
        if (reading) {
            channel.write(packet, channel.voidPromise());
        } else {
            channel.writeAndFlush(packet, channel.voidPromise());
        }
    }

    private record Later(UdpListener listener, InetSocketAddress address) implements Client {
        @Override
        public int limit(int udpPayload) {
            return udpPayload;
        }

        @Override
        public void reply(byte[] message, int length) {
            listener.send(address, message, length);
        }

        @Override
        public Client detach() {
            return this;
        }
    }
}
