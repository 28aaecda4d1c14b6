package io.fleetwall.load.events;

import io.fleetwall.load.rollout.ClientCertificates;
import io.fleetwall.load.rollout.NodeKeys;
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
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Nodes without a kernel, in a process of their own, that have only events to tell: each with its
 * own certificate and connection, each with as much under way as the agent allows itself.
 */
@SuppressWarnings("FutureReturnValueIgnored") // whatever fails ends in channelInactive
public final class Reporters {
    private final Tally tally = new Tally();
    private final List<Reporter> all = new ArrayList<>();
    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

    private Reporters(Path state, int port, int count) throws Exception {
        SslContext tls = NodeKeys.context(new ClientCertificates(state), count);
        Bootstrap bootstrap =
                new Bootstrap()
                        .group(loops)
                        .channel(EpollSocketChannel.class)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .remoteAddress("127.0.0.1", port);
        for (int i = 0; i < count; i++) {
            all.add(new Reporter(i, tally, node -> connect(bootstrap, tls, node)));
        }
    }

    /** Arguments: the gateway's state directory, its link port, how many nodes. */
    public static void main(String[] args) throws Exception {
        Reporters reporters =
                new Reporters(
                        Path.of(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        say(new JsonObject().put("ready", true));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            say(reporters.answer(line.split(" ", -1)));
        }
        System.exit(0);
    }

    private static void say(JsonObject answer) {
        System.out.println(answer.encode());
        System.out.flush();
    }

    private JsonObject answer(String[] words) throws IOException {
        return switch (words[0]) {
            case "connect" -> connect(Long.parseLong(words[1]));
            case "talk" -> talk(Double.parseDouble(words[1]), Integer.parseInt(words[2]));
            default -> throw new IOException(words[0]);
        };
    }

    private JsonObject connect(long millis) {
        all.forEach(Reporter::connect);
        long deadline = System.nanoTime() + millis * 1_000_000;
        while (!all.stream().allMatch(Reporter::here) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(5_000_000);
        }
        return new JsonObject().put("connected", all.stream().filter(Reporter::here).count());
    }

    /** So many events a second from all together, or as many as are acknowledged with 0. */
    private JsonObject talk(double seconds, int rate) {
        tally.begin();
        long start = System.nanoTime();
        long nanos = rate == 0 ? 0 : Reporter.BATCH * 1_000_000_000L * all.size() / rate;
        for (int i = 0; i < all.size(); i++) {
            all.get(i).talk(nanos, nanos * i / all.size());
        }
        while (System.nanoTime() - start < seconds * 1e9) {
            LockSupport.parkNanos(5_000_000);
        }
        JsonObject said = new JsonObject();
        said.put("seconds", (System.nanoTime() - start) / 1e9);
        said.put("acknowledged", tally.acknowledged());
        all.forEach(Reporter::hush);
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (all.stream().mapToInt(Reporter::underWay).sum() > 0
                && System.nanoTime() < deadline) {
            LockSupport.parkNanos(1_000_000);
        }
        return said.put("sent", tally.sent())
                .put("stored", tally.acknowledged())
                .put("broken", tally.broken())
                .put("lags", new JsonArray(tally.lags()));
    }

    private static void connect(Bootstrap bootstrap, SslContext tls, Reporter node) {
        bootstrap
                .clone()
                .handler(
                        new ChannelInitializer<SocketChannel>() {
                            @Override
                            protected void initChannel(SocketChannel channel) {
                                channel.pipeline()
                                        .addLast(tls.newHandler(channel.alloc(), node.name(), 1))
                                        .addLast(new HttpClientCodec())
                                        .addLast(new HttpObjectAggregator(1 << 16))
                                        .addLast(
                                                new WebSocketClientProtocolHandler(
                                                        WebSocketClientProtocolConfig.newBuilder()
                                                                .webSocketUri(
                                                                        URI.create(
                                                                                "wss://127.0.0.1/link/v1"))
                                                                .maxFramePayloadLength(4 << 20)
                                                                .dropPongFrames(true)
                                                                .build()))
                                        .addLast(node.connection());
                            }
                        })
                .connect();
    }
}
