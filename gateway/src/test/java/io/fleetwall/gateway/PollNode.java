package io.fleetwall.gateway;

import io.fleetwall.protocol.message.GatewayMessage;
import io.fleetwall.protocol.message.Message;
import io.fleetwall.protocol.wire.FrameList;
import io.fleetwall.protocol.wire.MalformedMessageException;
import io.fleetwall.protocol.wire.MessageCodec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** A node without a WebSocket, request by request as the test says. */
final class PollNode implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();

    /** Held, because Vert.x closes the connections of a client that nobody refers to. */
    private final HttpClientAgent client;

    private final HttpClientConnection connection;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** The answer to one request. */
    record Heard(int status, List<GatewayMessage> messages) {}

    PollNode(GatewayUnderTest gateway, Optional<TestNode.Credentials> shown, HttpVersion version) {
        HttpClientOptions options =
                new HttpClientOptions()
                        .setSsl(true)
                        .setUseAlpn(true)
                        .setProtocolVersion(version)
                        .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                        .setTrustOptions(
                                new PemTrustOptions()
                                        .addCertValue(
                                                Buffer.buffer(TestNode.Place.of(gateway).ca())));
        shown.ifPresent(one ->
                options.setKeyCertOptions(
                        new PemKeyCertOptions()
                                .addKeyValue(Buffer.buffer(one.key()))
                                .addCertValue(Buffer.buffer(one.certificate()))));
        client = vertx.createHttpClient(options);
        connection =
                TestNode.await(
                        client.connect(
                                new HttpConnectOptions()
                                        .setHost("localhost")
                                        .setPort(gateway.linkPort())));
        connection.closeHandler(gone -> closed.set(true));
    }

    int say(Message... messages) {
        return TestNode.await(saying(messages)).status();
    }

    /** Says it and does not wait. */
    Future<Heard> saying(Message... messages) {
        List<byte[]> frames = new ArrayList<>();
        for (Message message : messages) {
            frames.add(MessageCodec.encode(message));
        }
        return post("/link/v1/say", Buffer.buffer(FrameList.join(frames)));
    }

    int sayBytes(byte[] body) {
        return TestNode.await(post("/link/v1/say", Buffer.buffer(body))).status();
    }

    /** Asks for what the gateway says, and goes on. */
    Future<Heard> hear() {
        return post("/link/v1/hear", Buffer.buffer());
    }

    /** What the gateway says next. */
    List<GatewayMessage> heard() {
        return TestNode.await(hear()).messages();
    }

    boolean isClosed() {
        return closed.get();
    }

    private Future<Heard> post(String path, Buffer body) {
        return connection
                .request(HttpMethod.POST, path)
                .compose(request -> request.send(body))
                .compose(PollNode::read);
    }

    private static Future<Heard> read(HttpClientResponse response) {
        return response.body()
                .map(body ->
                        new Heard(
                                response.statusCode(),
                                response.statusCode() == 200 ? messages(body) : List.of()));
    }

    private static List<GatewayMessage> messages(Buffer body) {
        try {
            List<GatewayMessage> messages = new ArrayList<>();
            for (byte[] frame : FrameList.split(body.getBytes())) {
                messages.add((GatewayMessage) MessageCodec.decode(frame));
            }
            return messages;
        } catch (MalformedMessageException malformed) {
            throw new AssertionError(malformed);
        }
    }

    @Override
    public void close() {
        TestNode.await(vertx.close());
    }
}
