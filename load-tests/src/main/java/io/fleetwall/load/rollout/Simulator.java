package io.fleetwall.load.rollout;

import io.fleetwall.protocol.signature.PolicyVerifier;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Thousands of runner nodes without a kernel: each with its own certificate and connection, each
 * checking every signature and digest before it acknowledges, beating and pinging as the agent
 * does, and coming back after a random wait as the agent does.
 */
public final class Simulator implements Crowd {
    private static final int LOOPS = 2;
    private static final int MAX_FRAME = 4 << 20;
    private static final int CONNECT_MILLIS = 5000;

    /** As the agent has it. */
    private static final int HANDSHAKE_MILLIS = 60_000;

    private final Acknowledgements acknowledgements;
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final AtomicInteger welcomed = new AtomicInteger();
    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(LOOPS, EpollIoHandler.newFactory());

    private Simulator(Path state, int port, int count) throws Exception {
        this.acknowledgements = new Acknowledgements(count);
        PolicyVerifier verifier =
                PolicyVerifier.of(
                        List.of(ClientCertificates.der(state.resolve("fleet-signing.key"))));
        SslContext tls = NodeKeys.context(new ClientCertificates(state), count);
        Bootstrap bootstrap = bootstrap(port);
        for (int i = 0; i < count; i++) {
            SimulatedNode.Surroundings surroundings =
                    new SimulatedNode.Surroundings(
                            verifier,
                            acknowledgements,
                            welcomed,
                            node -> connect(bootstrap, tls, node));
            nodes.add(new SimulatedNode(i, surroundings));
        }
    }

    /** Arguments: the gateway's state directory, its link port, how many nodes. */
    public static void main(String[] args) throws Exception {
        Crowd.serve(
                new Simulator(
                        Path.of(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2])));
    }

    private Bootstrap bootstrap(int port) {
        return new Bootstrap()
                .group(loops)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .remoteAddress("127.0.0.1", port);
    }

    private static void connect(Bootstrap bootstrap, SslContext tls, SimulatedNode node) {
        bootstrap
                .clone()
                .handler(
                        new ChannelInitializer<SocketChannel>() {
                            @Override
                            protected void initChannel(SocketChannel channel) {
                                SslHandler secure = tls.newHandler(channel.alloc(), node.name(), 1);
                                secure.setHandshakeTimeoutMillis(HANDSHAKE_MILLIS);
                                channel.pipeline()
                                        .addLast(secure)
                                        .addLast(new HttpClientCodec())
                                        .addLast(new HttpObjectAggregator(1 << 16))
                                        .addLast(new WebSocketClientProtocolHandler(webSocket()))
                                        .addLast(node.connection());
                            }
                        })
                .connect()
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        node.again();
                    }
                });
    }

    private static WebSocketClientProtocolConfig webSocket() {
        return WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri(URI.create("wss://127.0.0.1/link/v1"))
                .maxFramePayloadLength(MAX_FRAME)
                .handshakeTimeoutMillis(HANDSHAKE_MILLIS)
                .dropPongFrames(false)
                .build();
    }

    @Override
    public JsonObject connect(long millis) throws InterruptedException {
        long start = System.nanoTime();
        nodes.stream().filter(node -> !node.here()).forEach(SimulatedNode::arrive);
        long deadline = start + millis * 1_000_000;
        while (welcomed.get() < nodes.size() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(5_000_000);
        }
        return new JsonObject()
                .put("connected", welcomed.get())
                .put("attempts", nodes.stream().mapToInt(SimulatedNode::attempts).sum())
                .put("millis", (System.nanoTime() - start) / 1e6);
    }

    @Override
    public JsonObject silence(int count) {
        for (int i = 0; i < count; i++) {
            SimulatedNode node = nodes.get(i);
            if (i % 2 == 0) {
                node.stall();
            } else {
                node.die();
            }
        }
        return new JsonObject().put("silent", count);
    }

    @Override
    public Acknowledgements acknowledgements() {
        return acknowledgements;
    }
}
