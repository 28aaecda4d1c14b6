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
    EPOLL,
    NIO;

    /** The best that works on this machine. */
    public static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    public IoHandlerFactory handlers() {
        return switch (this) {
            case EPOLL -> EpollIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
    }

    public ChannelFactory<Channel> datagram() {
        return switch (this) {
            case EPOLL -> EpollDatagramChannel::new;
            case NIO -> NioDatagramChannel::new;
        };
    }

    public ChannelFactory<Channel> stream() {
        return switch (this) {
            case EPOLL -> EpollSocketChannel::new;
            case NIO -> NioSocketChannel::new;
        };
    }

    ChannelFactory<ServerChannel> server() {
        return switch (this) {
            case EPOLL -> EpollServerSocketChannel::new;
            case NIO -> NioServerSocketChannel::new;
        };
    }
}
