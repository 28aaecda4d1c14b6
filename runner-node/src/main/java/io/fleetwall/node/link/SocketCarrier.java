package io.fleetwall.node.link;

import io.fleetwall.protocol.wire.MessageCodec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Frames over a WebSocket.
 *
 * <p>The client is held, because Vert.x closes the connections of one that nobody refers to.
 */
record SocketCarrier(WebSocketClient client, WebSocket socket) implements Carrier {
    private static final int CONNECT_MILLIS = 5000;

    /** A proxy may take an upgrade and never answer it: 20 s more than TLS may take. */
    private static final int UPGRADE_SECONDS = Place.HANDSHAKE_SECONDS + 20;

    /** Twice the batches that may be under way: more is only what is sent again meanwhile. */
    private static final int MOST_UNREAD = 2 << 20;

    /** Who lets nothing through does not say goodbye either. */
    private static final int CLOSING_SECONDS = 1;

    static Future<Carrier> open(Vertx vertx, Place place) {
        WebSocketClientOptions options =
                new WebSocketClientOptions()
                        .setSsl(true)
                        .setVerifyHost(true)
                        .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                        .setKeyCertOptions(place.mine())
                        .setTrustOptions(place.theirs())
                        .setMaxFrameSize(MessageCodec.MAX_FRAME)
                        .setMaxMessageSize(MessageCodec.MAX_FRAME)
                        .setConnectTimeout(CONNECT_MILLIS)
                        .setSslHandshakeTimeout(Place.HANDSHAKE_SECONDS)
                        .setClosingTimeout(CLOSING_SECONDS)
                        .setTcpNoDelay(true)
                        .setTryUsePerMessageCompression(false);
        WebSocketClient client = vertx.createWebSocketClient(options);
        var where =
                new WebSocketConnectOptions()
                        .setHost(place.host())
                        .setPort(place.port())
                        .setURI("/link/v1");
        return client.connect(where)
                .timeout(UPGRADE_SECONDS, TimeUnit.SECONDS)
                .<Carrier>map(socket -> new SocketCarrier(client, socket))
                .onFailure(_ -> client.close());
    }

    @Override
    public void carry(Ear ear) {
        socket.setWriteQueueMaxSize(MOST_UNREAD);
        socket.binaryMessageHandler(ear::frame);
        socket.textMessageHandler(_ -> ear.broken("the gateway sent text"));
        socket.pongHandler(_ -> ear.alive());
        socket.exceptionHandler(e -> ear.broken(e.toString()));
        socket.closeHandler(_ -> {
            client.close();
            ear.closed();
        });
    }

    @Override
    public void write(Buffer frame) {
        socket.writeBinaryMessage(frame);
    }

    @Override
    public boolean isFull() {
        return socket.writeQueueFull();
    }

    @Override
    public void ping() {
        socket.writePing(Buffer.buffer());
    }

    @Override
    public boolean pingsSpeak() {
        return true;
    }

    @Override
    public Future<Void> close() {
        return socket.close();
    }
}
