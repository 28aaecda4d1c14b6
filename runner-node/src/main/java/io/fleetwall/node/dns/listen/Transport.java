package io.fleetwall.node.dns.listen;

import io.fleetwall.bpf.socket.DatagramVector;
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
 * Which sockets the proxy uses.
 *
 * <p>A cached answer's cost is mostly system calls, so the listeners receive and send up to 64
 * datagrams in one; and then Netty's objects for each of them, so that the best one makes none.
 */
public enum Transport {
    /** Netty's epoll loop and TCP; datagrams by {@link DatagramVector}. */
    VECTOR,
    /** Netty's epoll loop and channels, where the vector's system calls are not found. */
    EPOLL,
    /**
     * Where Netty's native library does not load. It cannot bind to a device, so a runner known by
     * its device is refused.
     */
    NIO;

    /** The best that works on this machine. */
    public static Transport best() {
        if (!Epoll.isAvailable()) {
            return NIO;
        }
        return DatagramVector.available() ? VECTOR : EPOLL;
    }

    boolean usesEpoll() {
        return this != NIO;
    }

    public IoHandlerFactory handlers() {
        return switch (this) {
            case VECTOR, EPOLL -> EpollIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
    }

    public ChannelFactory<Channel> datagram() {
        return switch (this) {
            case VECTOR, EPOLL -> EpollDatagramChannel::new;
            case NIO -> NioDatagramChannel::new;
        };
    }

    public ChannelFactory<Channel> stream() {
        return switch (this) {
            case VECTOR, EPOLL -> EpollSocketChannel::new;
            case NIO -> NioSocketChannel::new;
        };
    }

    ChannelFactory<ServerChannel> server() {
        return switch (this) {
            case VECTOR, EPOLL -> EpollServerSocketChannel::new;
            case NIO -> NioServerSocketChannel::new;
        };
    }
}
