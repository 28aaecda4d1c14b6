package io.fleetwall.node.dns.listen;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/**
 * Which sockets Netty uses.
 *
 * <p>Epoll receives and sends up to 64 datagrams per system call, which is most of a cached
 * answer's cost, and can bind to a device. NIO runs where the native library does not load; it can
 * do neither, so a runner known by its device is refused there.
 */
public enum Transport {
    EPOLL(
            EpollIoHandler.newFactory(),
            EpollDatagramChannel::new,
            EpollSocketChannel::new,
            EpollServerSocketChannel::new),
    NIO(
            NioIoHandler.newFactory(),
            NioDatagramChannel::new,
            NioSocketChannel::new,
            NioServerSocketChannel::new);

    private final IoHandlerFactory handlers;
    private final ChannelFactory<? extends Channel> datagram;
    private final ChannelFactory<? extends Channel> stream;
    private final ChannelFactory<? extends ServerChannel> server;

    Transport(
            IoHandlerFactory handlers,
            ChannelFactory<? extends Channel> datagram,
            ChannelFactory<? extends Channel> stream,
            ChannelFactory<? extends ServerChannel> server) {
        this.handlers = handlers;
        this.datagram = datagram;
        this.stream = stream;
        this.server = server;
    }

    /** The best that works on this machine. */
    public static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    public IoHandlerFactory handlers() {
        return handlers;
    }

    public ChannelFactory<? extends Channel> datagram() {
        return datagram;
    }

    public ChannelFactory<? extends Channel> stream() {
        return stream;
    }

    ChannelFactory<? extends ServerChannel> server() {
        return server;
    }
}
