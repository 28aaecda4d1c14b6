package io.fleetwall.node.dns.listen;

import io.netty.bootstrap.AbstractBootstrap;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.UnixChannelOption;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * UDP and TCP at one endpoint, on one event loop: what one worker serves one runner with.
 *
 * <p>Where there are several workers, each opens the same endpoint and they share it by
 * SO_REUSEPORT; the kernel spreads clients over them. Bound to the runner's device, a listener
 * receives that runner's queries only, whatever their source address says.
 */
// The caller gets the failure that made it close; a failed close has no remedy.
@SuppressWarnings("FutureReturnValueIgnored")
public final class ListenerPair {
    /** Datagrams a receive call may return; the allocator starts with eight and adapts. */
    private static final int BATCH = 64;

    /** A free UDP port may be taken for TCP; each attempt fails with less than one in ten. */
    private static final int FREE_PORT_ATTEMPTS = 8;

    /** As Netty's native calls return it. */
    private static final int EADDRINUSE = -98;

    private final EventLoop loop;
    private final Transport transport;
    private final TcpSettings settings;
    private final QueryHandler handler;
    private final ChannelGroup channels;
    private final ChannelGroup connections;
    private final List<VectorListener> vectors = new CopyOnWriteArrayList<>();

    public ListenerPair(
            EventLoop loop, Transport transport, TcpSettings settings, QueryHandler handler) {
        this.loop = loop;
        this.transport = transport;
        this.settings = settings;
        this.handler = handler;
        channels = new DefaultChannelGroup(loop, true);
        connections = new DefaultChannelGroup(loop, true);
    }

    /**
     * Opens both sockets.
     *
     * @return the bound address; fails with the cause, and then nothing stays open
     */
    public CompletableFuture<InetSocketAddress> open(Endpoint endpoint) {
        if (endpoint.device().isPresent() && !transport.usesEpoll()) {
            return CompletableFuture.failedFuture(
                    new UnsupportedOperationException(
                            "cannot bind to interface "
                                    + endpoint.device().get()
                                    + ": Netty's native epoll library did not load"));
        }
        return pair(endpoint, endpoint.address().getPort() == 0 ? FREE_PORT_ATTEMPTS : 1);
    }

    private CompletableFuture<InetSocketAddress> pair(Endpoint endpoint, int attempts) {
        return datagrams(endpoint)
                .thenCompose(udp -> beside(udp, endpoint))
                .exceptionallyCompose(failure ->
                        attempts > 1 && taken(failure)
                                ? pair(endpoint, attempts - 1)
                                : CompletableFuture.failedFuture(failure));
    }

    private static boolean taken(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof BindException
                || (cause instanceof NativeIoException error && error.expectedErr() == EADDRINUSE);
    }

    /** A bound UDP socket, whoever reads it. */
    private record Bound(InetSocketAddress address, Runnable close) {}

    private CompletableFuture<Bound> datagrams(Endpoint endpoint) {
        if (transport != Transport.VECTOR) {
            return bind(datagrams(), endpoint)
                    .thenApply(
                            udp -> new Bound((InetSocketAddress) udp.localAddress(), udp::close));
        }
        IoEventLoop turns = (IoEventLoop) loop;
        return CompletableFuture.supplyAsync(
                        () -> VectorListener.open(handler, endpoint, turns), loop)
                .thenCompose(listener -> {
                    vectors.add(listener);
                    return Completion.of(turns.register(listener)).thenApply(listener::begin);
                })
                .thenApply(listener -> new Bound(listener.local(), listener::close));
    }

    private CompletableFuture<Void> close(VectorListener listener) {
        return CompletableFuture.runAsync(listener::close, loop);
    }

    /** TCP at the port that UDP got; without it, UDP is closed again. */
    private CompletableFuture<InetSocketAddress> beside(Bound udp, Endpoint endpoint) {
        return bind(streams(), endpoint.at(udp.address().getPort()))
                .thenApply(tcp -> (InetSocketAddress) tcp.localAddress())
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        udp.close().run();
                    }
                });
    }

    /** Closes the sockets and their connections. */
    public CompletableFuture<?> close() {
        CompletableFuture<?>[] receivers =
                vectors.stream().map(this::close).toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(receivers)
                .thenCompose(_ -> Completion.of(channels.close()))
                .thenCompose(_ -> Completion.of(connections.close()));
    }

    private CompletableFuture<Channel> bind(
            AbstractBootstrap<?, ? extends Channel> bootstrap, Endpoint endpoint) {
        if (endpoint.sharing() == Endpoint.Sharing.BY_WORKERS) {
            bootstrap.option(UnixChannelOption.SO_REUSEPORT, true);
        }
        endpoint.device().ifPresent(name -> bootstrap.option(Device.OPTION, Device.bytes(name)));
        var bound = bootstrap.bind(endpoint.address());
        return Completion.of(bound).thenApply(_ -> adopted(bound.channel(), endpoint));
    }

    /**
     * Netty can be told (by a system property) to go on when an option fails; an unbound listener
     * would serve one runner by another's policy.
     */
    private Channel adopted(Channel channel, Endpoint endpoint) {
        boolean confirmed =
                endpoint.device()
                        .map(name ->
                                Device.bytes(name)
                                        .equals(channel.config().getOption(Device.OPTION)))
                        .orElse(true);
        if (!confirmed) {
            channel.close();
            throw new IllegalStateException("listener is not bound to " + endpoint.device());
        }
        channels.add(channel);
        return channel;
    }

    private Bootstrap datagrams() {
        Bootstrap bootstrap =
                new Bootstrap()
                        .group(loop)
                        .channelFactory(transport.datagram())
                        .option(ChannelOption.SO_RCVBUF, 1 << 20)
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel udp) {
                                        udp.pipeline().addLast(new UdpListener(handler, udp));
                                    }
                                });
        int size = UdpListener.DATAGRAM_BYTES;
        if (transport.usesEpoll()) {
            bootstrap
                    .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, size)
                    .option(
                            ChannelOption.RECVBUF_ALLOCATOR,
                            new AdaptiveRecvByteBufAllocator(size, 8 * size, BATCH * size));
        }
        return bootstrap;
    }

    private ServerBootstrap streams() {
        return new ServerBootstrap()
                .group(loop, loop)
                .channelFactory(transport.server())
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, settings.connections())
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel connection) {
                                accept(connection);
                            }
                        });
    }

    private void accept(Channel connection) {
        if (connections.size() >= settings.connections()) {
            connection.close();
            return;
        }
        connections.add(connection);
        connection.pipeline().addLast(new TcpConnection(handler, settings, connection));
    }
}
