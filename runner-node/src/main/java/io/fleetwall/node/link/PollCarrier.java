package io.fleetwall.node.link;

import io.fleetwall.protocol.wire.FrameList;
import io.fleetwall.protocol.wire.MalformedMessageException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Frames in HTTP requests, where no WebSocket comes through: one request waits for what the gateway
 * says, another carries what the node says, both over one HTTP/2 connection. With the connection
 * ends the session, so that nothing needs to be repeated: the next Hello says everything.
 */
final class PollCarrier implements Carrier {
    private static final int CONNECT_MILLIS = 5000;

    /** A body that any gateway takes; one frame alone may be larger. */
    private static final int BODY = 1 << 20;

    /** Twice the batches that may be under way: more is only what is sent again meanwhile. */
    private static final int MOST_UNSAID = 8;

    private static final Buffer PING = Buffer.buffer("fleetnod");

    /** Held, because Vert.x closes the connections of a client that nobody refers to. */
    private final HttpClientAgent client;

    private final HttpClientConnection connection;
    private final Deque<byte[]> unsaid = new ArrayDeque<>();
    private @Nullable Ear ear;
    private boolean speaking;
    private boolean listening;
    private boolean closed;

    private PollCarrier(HttpClientAgent client, HttpClientConnection connection) {
        this.client = client;
        this.connection = connection;
    }

    static Future<Carrier> open(Vertx vertx, Place place) {
        HttpClientOptions options =
                new HttpClientOptions()
                        .setSsl(true)
                        .setUseAlpn(true)
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setVerifyHost(true)
                        .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                        .setKeyCertOptions(place.mine())
                        .setTrustOptions(place.theirs())
                        .setConnectTimeout(CONNECT_MILLIS)
                        .setSslHandshakeTimeout(Place.HANDSHAKE_SECONDS)
                        .setTcpNoDelay(true);
        HttpClientAgent client = vertx.createHttpClient(options);
        var where = new HttpConnectOptions().setHost(place.host()).setPort(place.port());
        Context context = vertx.getOrCreateContext();
        return connected(context, () -> client.connect(where))
                .compose(connection -> carrier(context, client, connection))
                .onFailure(_ -> client.close());
    }

    /**
     * Connects on a thread that is none of Vert.x. On a verticle's virtual thread Vert.x 5.1 sets
     * up HTTP/2 beside the event loop, whose part is then not done yet (IllegalStateException).
     */
    private static Future<HttpClientConnection> connected(
            Context context, Supplier<Future<HttpClientConnection>> connect) {
        Promise<HttpClientConnection> connected = Promise.promise();
        Thread.startVirtualThread(() ->
                connect.get()
                        .onComplete((connection, failed) ->
                                context.runOnContext(_ -> connected.complete(connection, failed))));
        return connected.future();
    }

    private static Future<Carrier> carrier(
            Context context, HttpClientAgent client, HttpClientConnection connection) {
        if (!HttpVersion.HTTP_2.equals(connection.protocolVersion())) {
            return Future.failedFuture("the gateway speaks no HTTP/2");
        }
        PollCarrier carrier = new PollCarrier(client, connection);
        connection.closeHandler(_ -> context.runOnContext(_ -> carrier.ended()));
        return Future.succeededFuture(carrier);
    }

    @Override
    public void carry(Ear listener) {
        ear = listener;
        if (closed) {
            listener.closed();
        }
    }

    @Override
    public void write(Buffer frame) {
        unsaid.add(frame.getBytes());
        speak();
    }

    @Override
    public boolean isFull() {
        return unsaid.size() >= MOST_UNSAID;
    }

    private void speak() {
        if (speaking || closed || unsaid.isEmpty()) {
            return;
        }
        speaking = true;
        post("/link/v1/say", Buffer.buffer(FrameList.join(some())))
                .onFailure(this::failed)
                .onSuccess(_ -> {
                    speaking = false;
                    speak();
                    listen();
                });
    }

    private List<byte[]> some() {
        List<byte[]> frames = new ArrayList<>();
        int bytes = 0;
        for (byte[] next = unsaid.peek(); next != null; next = unsaid.peek()) {
            bytes += next.length;
            if (!frames.isEmpty() && bytes > BODY) {
                break;
            }
            frames.add(unsaid.remove());
        }
        return frames;
    }

    private void listen() {
        if (listening || closed) {
            return;
        }
        listening = true;
        post("/link/v1/hear", Buffer.buffer())
                .onFailure(this::failed)
                .onSuccess(body -> {
                    listening = false;
                    heard(body);
                    listen();
                });
    }

    private void heard(Buffer body) {
        Ear listener = ear;
        try {
            for (byte[] frame : FrameList.split(body.getBytes())) {
                if (listener != null && !closed) {
                    listener.frame(Buffer.buffer(frame));
                }
            }
        } catch (MalformedMessageException e) {
            failed(e);
        }
    }

    private Future<Buffer> post(String path, Buffer body) {
        return connection
                .request(HttpMethod.POST, path)
                .compose(request -> request.send(body))
                .compose(response -> {
                    int status = response.statusCode();
                    return status == 200 || status == 204
                            ? response.body()
                            : Future.failedFuture("the gateway answered " + status);
                });
    }

    private void failed(Throwable why) {
        Ear listener = ear;
        if (listener != null && !closed) {
            listener.broken(why.toString());
        }
    }

    /** HTTP/2 answers its pings by itself: the link never hears of them. */
    @Override
    public boolean pingsSpeak() {
        return false;
    }

    @Override
    public void ping() {
        connection
                .ping(PING)
                .onSuccess(_ -> {
                    Ear listener = ear;
                    if (listener != null) {
                        listener.alive();
                    }
                });
    }

    private void ended() {
        if (closed) {
            return;
        }
        closed = true;
        client.close();
        Ear listener = ear;
        if (listener != null) {
            listener.closed();
        }
    }

    @Override
    public Future<Void> close() {
        return connection.close();
    }
}
