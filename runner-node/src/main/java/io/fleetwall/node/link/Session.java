package io.fleetwall.node.link;

import io.fleetwall.node.config.NodeConfig;
import io.fleetwall.protocol.message.EventBatch;
import io.fleetwall.protocol.message.GatewayMessage;
import io.fleetwall.protocol.message.Heartbeat;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.NodeMessage;
import io.fleetwall.protocol.wire.MalformedMessageException;
import io.fleetwall.protocol.wire.MessageCodec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One WebSocket connection, from the handshake to its end. Lives on the link verticle's context.
 *
 * <p>The host name is always checked: the fleet CA signs nodes too, and only the name tells a
 * gateway from a node that plays one.
 */
final class Session {
    private static final int CONNECT_MILLIS = 5000;

    /** A gateway to which the whole fleet comes at once takes long; to begin anew is more work. */
    private static final int HANDSHAKE_SECONDS = 30;

    /** A gateway that does not welcome within this is none. */
    private static final int WELCOME_MILLIS = 30_000;

    /** Scope changes and results while the hello is prepared: two a runner, 512 runners. */
    private static final int MAX_EARLY = 1024;

    private final Vertx vertx;
    private final WebSocketClient client;
    private final WebSocket socket;
    private final Deque<NodeMessage> early = new ArrayDeque<>();
    private boolean greeted;
    private boolean closed;
    private int unanswered;
    private long timer;
    private String reason = "closed by the gateway";
    private Optional<Duration> reconnectAfter = Optional.empty();

    private Session(Vertx vertx, WebSocketClient client, WebSocket socket) {
        this.vertx = vertx;
        this.client = client;
        this.socket = socket;
        this.timer = vertx.setTimer(WELCOME_MILLIS, _ -> abandon("no welcome"));
    }

    static Future<Session> open(Vertx vertx, NodeConfig config, Identity identity) {
        WebSocketClientOptions options =
                new WebSocketClientOptions()
                        .setSsl(true)
                        .setVerifyHost(true)
                        .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                        .setKeyCertOptions(
                                new PemKeyCertOptions()
                                        .addKeyValue(Buffer.buffer(identity.key()))
                                        .addCertValue(Buffer.buffer(identity.certificate())))
                        .setTrustOptions(
                                new PemTrustOptions()
                                        .addCertValue(Buffer.buffer(identity.authority())))
                        .setMaxFrameSize(MessageCodec.MAX_FRAME)
                        .setMaxMessageSize(MessageCodec.MAX_FRAME)
                        .setConnectTimeout(CONNECT_MILLIS)
                        .setSslHandshakeTimeout(HANDSHAKE_SECONDS)
                        .setTcpNoDelay(true)
                        .setTryUsePerMessageCompression(false);
        WebSocketClient client = vertx.createWebSocketClient(options);
        var where =
                new WebSocketConnectOptions()
                        .setHost(config.gateway().url().getHost())
                        .setPort(GatewayPort.of(config.gateway().url()))
                        .setURI("/link/v1");
        return client.connect(where)
                .map(socket -> new Session(vertx, client, socket))
                .onFailure(_ -> client.close());
    }

    void onMessage(Consumer<GatewayMessage> handler) {
        socket.binaryMessageHandler(frame -> decoded(frame, handler));
        socket.textMessageHandler(_ -> abandon("the gateway sent text"));
        socket.pongHandler(_ -> unanswered = 0);
    }

    private void decoded(Buffer frame, Consumer<GatewayMessage> handler) {
        try {
            switch (MessageCodec.decode(frame.getBytes())) {
                case GatewayMessage message -> handler.accept(message);
                case NodeMessage _ -> abandon("the gateway sent a node's message");
            }
        } catch (MalformedMessageException e) {
            abandon("malformed frame " + e.getMessage());
        }
    }

    void onClose(Consumer<String> handler) {
        socket.exceptionHandler(e -> reason = String.valueOf(e.getMessage()));
        socket.closeHandler(_ -> {
            closed = true;
            vertx.cancelTimer(timer);
            client.close();
            handler.accept(reason);
        });
    }

    /** The first message; what was said before it follows it. */
    void greet(Hello hello) {
        greeted = true;
        write(hello);
        early.forEach(this::write);
        early.clear();
    }

    /** Another hello follows; what is said meanwhile waits for it. */
    void hold() {
        greeted = false;
    }

    /** Says something, after the hello. */
    void say(NodeMessage message) {
        if (greeted) {
            write(message);
        } else if (message instanceof EventBatch) {
            // Batches are asked for again once the gateway has answered the hello.
            return;
        } else if (early.size() >= MAX_EARLY) {
            abandon("too much to say before the hello");
        } else {
            early.add(message);
        }
    }

    private void write(NodeMessage message) {
        if (!closed) {
            socket.writeBinaryMessage(Buffer.buffer(MessageCodec.encode(message)));
        }
    }

    /** Speaks as often as the gateway wants, and listens: three unanswered pings are the end. */
    void keepAlive(Duration heartbeat, InstantSource clock) {
        vertx.cancelTimer(timer);
        timer =
                vertx.setPeriodic(
                        Math.max(100, heartbeat.toMillis()),
                        _ -> {
                            if (++unanswered > 3) {
                                abandon("the gateway is silent");
                                return;
                            }
                            write(new Heartbeat(clock.instant()));
                            socket.writePing(Buffer.buffer());
                        });
    }

    /** The gateway asked to leave and come back later. */
    void leave(String why, Duration after) {
        reason = why;
        reconnectAfter = Optional.of(after);
        close();
    }

    Optional<Duration> reconnectAfter() {
        return reconnectAfter;
    }

    /** Ends a connection that is of no use. */
    void abandon(String why) {
        reason = why;
        close();
    }

    Future<Void> close() {
        return closed ? Future.succeededFuture() : socket.close();
    }
}
