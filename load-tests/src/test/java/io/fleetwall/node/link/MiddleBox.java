package io.fleetwall.node.link;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.ServerWebSocketHandshake;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A proxy that ends TLS between a node and a gateway and lets requests through, but no WebSocket.
 * It has a certificate of the fleet's and the node's own key; a real one that has neither is of no
 * use to anybody here.
 */
final class MiddleBox {
    private final Vertx vertx;
    private final int gateway;
    private final Path nodeState;
    private final Upgrades fate;
    private final AtomicInteger upgrades = new AtomicInteger();
    private final List<HttpClientAgent> clients = new ArrayList<>();
    private final Map<HttpConnection, Future<HttpClientConnection>> onward = new HashMap<>();

    /** What becomes of WebSockets. */
    enum Upgrades {
        REFUSED,
        SWALLOWED
    }

    MiddleBox(Vertx vertx, int gateway, Path nodeState, Upgrades fate) {
        this.vertx = vertx;
        this.gateway = gateway;
        this.nodeState = nodeState;
        this.fate = fate;
    }

    /** The port it listens on. */
    Future<Integer> listen(PemKeyCertOptions shown, String authority) {
        HttpServerOptions options =
                new HttpServerOptions().setSsl(true).setUseAlpn(true).setKeyCertOptions(shown);
        return vertx.createHttpServer(options)
                .webSocketHandshakeHandler(this::upgrade)
                .webSocketHandler(_ -> {})
                .requestHandler(request -> forward(request, authority))
                .listen(0, "127.0.0.1")
                .map(server -> server.actualPort());
    }

    int upgrades() {
        return upgrades.get();
    }

    private void upgrade(ServerWebSocketHandshake handshake) {
        upgrades.incrementAndGet();
        switch (fate) {
            case REFUSED -> handshake.reject(403);
            case SWALLOWED -> handshake.accept();
        }
    }

    private void forward(HttpServerRequest request, String authority) {
        HttpConnection from = request.connection();
        Future<HttpClientConnection> to =
                onward.computeIfAbsent(from, _ -> connect(from, request.version(), authority));
        request.body()
                .compose(body ->
                        to.compose(open -> open.request(request.method(), request.uri()))
                                .compose(sent -> sent.send(body)))
                .compose(answer ->
                        answer.body()
                                .compose(body ->
                                        request.response()
                                                .setStatusCode(answer.statusCode())
                                                .end(body)))
                .onFailure(_ -> from.close());
    }

    private Future<HttpClientConnection> connect(
            HttpConnection from, HttpVersion version, String authority) {
        HttpClientOptions options =
                new HttpClientOptions()
                        .setSsl(true)
                        .setUseAlpn(true)
                        .setProtocolVersion(version)
                        .setVerifyHost(false)
                        .setTrustOptions(
                                new PemTrustOptions().addCertValue(Buffer.buffer(authority)));
        identity()
                .ifPresent(known ->
                        options.setKeyCertOptions(
                                new PemKeyCertOptions()
                                        .addKeyValue(Buffer.buffer(known.key()))
                                        .addCertValue(Buffer.buffer(known.certificate()))));
        HttpClientAgent client = vertx.createHttpClient(options);
        clients.add(client);
        return client.connect(new HttpConnectOptions().setHost("127.0.0.1").setPort(gateway))
                .onSuccess(open -> {
                    from.closeHandler(_ -> open.close());
                    open.closeHandler(_ -> from.close());
                });
    }

    private Optional<Identity> identity() {
        try {
            return Identity.load(nodeState);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
