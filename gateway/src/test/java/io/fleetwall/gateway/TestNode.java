package io.fleetwall.gateway;

import io.fleetwall.protocol.message.GatewayMessage;
import io.fleetwall.protocol.message.Message;
import io.fleetwall.protocol.wire.MalformedMessageException;
import io.fleetwall.protocol.wire.MessageCodec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** A node as the gateway sees one: enrols, connects, says what the test tells it to. */
final class TestNode implements AutoCloseable {
    private static final long BEAT_MILLIS = 200;
    private final Vertx vertx;
    private final BlockingQueue<GatewayMessage> received = new LinkedBlockingQueue<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final WebSocket socket;

    /** Held, because Vert.x closes the connections of a client that nobody refers to. */
    private final WebSocketClient client;

    /** What a node has after it enrolled. */
    record Credentials(String node, String key, JsonObject answer) {
        String certificate() {
            return answer.getString("certificate");
        }

        String ca() {
            return answer.getString("ca");
        }
    }

    /** The gateway's answer to an enrolment. */
    record EnrolmentAnswer(int status, JsonObject body) {}

    private TestNode(Vertx vertx, WebSocketClient client, WebSocket socket) {
        this.vertx = vertx;
        this.client = client;
        this.socket = socket;
        socket.binaryMessageHandler(frame -> received.add(decode(frame)));
        socket.closeHandler(gone -> closed.set(true));
    }

    /** A gateway's link, and the authority (PEM) that vouches for it. */
    record Place(String host, int port, String ca) {
        static Place of(GatewayUnderTest gateway) {
            String ca = gateway.get("/api/v1/identity").body().getString("ca");
            return new Place("localhost", gateway.linkPort(), ca);
        }
    }

    static Credentials enrol(GatewayUnderTest gateway, String node) {
        String token = gateway.enrolmentToken(new JsonObject().put("node", node));
        return enrol(Place.of(gateway), token, node);
    }

    static Credentials enrol(Place place, String token, String node) {
        KeyPair pair = keyPair();
        EnrolmentAnswer answer = enrol(place, Application.of(token, request(node, pair)));
        if (answer.status() != 200) {
            throw new AssertionError("not enrolled: " + answer);
        }
        return new Credentials(
                node, pem("PRIVATE KEY", pair.getPrivate().getEncoded()), answer.body());
    }

    static EnrolmentAnswer enrol(GatewayUnderTest gateway, String token, String csr) {
        return enrol(Place.of(gateway), Application.of(token, csr));
    }

    /** Asks for the next certificate, showing one or none. */
    static EnrolmentAnswer renew(
            GatewayUnderTest gateway, Optional<Credentials> shown, String csr) {
        return enrol(
                Place.of(gateway),
                new Application("/renew/v1", new JsonObject().put("csr", csr), shown));
    }

    private record Application(String path, JsonObject body, Optional<Credentials> shown) {
        static Application of(String token, String csr) {
            JsonObject body = new JsonObject().put("token", token).put("csr", csr);
            return new Application("/enrol/v1", body, Optional.empty());
        }

        HttpClientOptions options(String ca) {
            HttpClientOptions options =
                    new HttpClientOptions()
                            .setSsl(true)
                            .setVerifyHost(true)
                            .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(ca)));
            shown.ifPresent(mine ->
                    options.setKeyCertOptions(
                            new PemKeyCertOptions()
                                    .addKeyValue(Buffer.buffer(mine.key()))
                                    .addCertValue(Buffer.buffer(mine.certificate()))));
            return options;
        }
    }

    private static EnrolmentAnswer enrol(Place place, Application application) {
        Vertx vertx = Vertx.vertx();
        try {
            var client = vertx.createHttpClient(application.options(place.ca()));
            return await(
                    client.request(HttpMethod.POST, place.port(), place.host(), application.path())
                            .compose(request -> request.send(application.body().toBuffer()))
                            .compose(answer ->
                                    answer.body()
                                            .map(body ->
                                                    new EnrolmentAnswer(
                                                            answer.statusCode(),
                                                            body.toJsonObject()))));
        } finally {
            await(vertx.close());
        }
    }

    /** One that says by itself that it lives, as nodes do, however long a test takes. */
    static TestNode connect(GatewayUnderTest gateway, Credentials credentials) {
        TestNode node = silent(gateway, credentials);
        node.vertx.setPeriodic(BEAT_MILLIS, tick -> node.pingUnlessClosed());
        return node;
    }

    /** One that says nothing by itself. */
    static TestNode silent(GatewayUnderTest gateway, Credentials credentials) {
        WebSocketClientOptions options =
                options(credentials.ca())
                        .setKeyCertOptions(
                                new PemKeyCertOptions()
                                        .addKeyValue(Buffer.buffer(credentials.key()))
                                        .addCertValue(Buffer.buffer(credentials.certificate())));
        return connect(gateway, options, "/link/v1");
    }

    static TestNode connect(GatewayUnderTest gateway, WebSocketClientOptions options, String path) {
        Vertx vertx = Vertx.vertx();
        try {
            WebSocketClient client = vertx.createWebSocketClient(options);
            WebSocket socket =
                    await(
                            client.connect(
                                    new WebSocketConnectOptions()
                                            .setHost("localhost")
                                            .setPort(gateway.linkPort())
                                            .setURI(path)));
            return new TestNode(vertx, client, socket);
        } catch (RuntimeException refused) {
            await(vertx.close());
            throw refused;
        }
    }

    static WebSocketClientOptions options(String ca) {
        return new WebSocketClientOptions()
                .setSsl(true)
                .setVerifyHost(true)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                .setMaxFrameSize(MessageCodec.MAX_FRAME)
                .setMaxMessageSize(MessageCodec.MAX_FRAME)
                .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(ca)));
    }

    void say(Message message) {
        await(socket.writeBinaryMessage(Buffer.buffer(MessageCodec.encode(message))));
    }

    /** Done once the gateway's machine has taken it. */
    Future<Void> write(Message message) {
        return socket.writeBinaryMessage(Buffer.buffer(MessageCodec.encode(message)));
    }

    /** For who may be cut off meanwhile. */
    void sayUnlessClosed(Message message) {
        if (!socket.isClosed()) {
            socket.writeBinaryMessage(Buffer.buffer(MessageCodec.encode(message)))
                    .onFailure(gone -> {});
        }
    }

    void ping() {
        await(socket.writePing(Buffer.buffer()));
    }

    /** For who may be cut off meanwhile. */
    void pingUnlessClosed() {
        if (!socket.isClosed()) {
            socket.writePing(Buffer.buffer()).onFailure(gone -> {});
        }
    }

    /** Says ten times a second that it lives, until it is interrupted. */
    Thread beat() {
        return Thread.ofVirtual()
                .name("beat")
                .start(() -> {
                    while (!Thread.currentThread().isInterrupted()) {
                        pingUnlessClosed();
                        LockSupport.parkNanos(100_000_000);
                    }
                });
    }

    void sayBytes(byte[] frame) {
        await(socket.writeBinaryMessage(Buffer.buffer(frame)));
    }

    /** The next message of a kind; others before it are passed over. */
    <T extends GatewayMessage> T next(Class<T> kind) {
        try {
            while (true) {
                GatewayMessage message = received.poll(60, TimeUnit.SECONDS);
                if (message == null) {
                    throw new AssertionError("no " + kind.getSimpleName() + " came");
                }
                if (kind.isInstance(message)) {
                    return kind.cast(message);
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /** Whether a message of a kind comes in time; others before it are passed over. */
    boolean hears(Class<? extends GatewayMessage> kind, Duration time) {
        long end = System.nanoTime() + time.toNanos();
        try {
            while (true) {
                GatewayMessage message =
                        received.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (message == null || kind.isInstance(message)) {
                    return message != null;
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /** What came and has not been asked for. */
    BlockingQueue<GatewayMessage> waiting() {
        return received;
    }

    boolean isClosed() {
        return closed.get();
    }

    @Override
    public void close() {
        await(vertx.close().onComplete(gone -> java.util.Objects.requireNonNull(client)));
    }

    static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException missing) {
            throw new AssertionError(missing);
        }
    }

    static String request(String node, KeyPair pair) {
        try {
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
            var request =
                    new JcaPKCS10CertificationRequestBuilder(
                                    new X500Principal("CN=" + node), pair.getPublic())
                            .build(signer);
            return pem("CERTIFICATE REQUEST", request.getEncoded());
        } catch (OperatorCreationException | java.io.IOException broken) {
            throw new AssertionError(broken);
        }
    }

    static String pem(String label, byte[] der) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n";
    }

    static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private static GatewayMessage decode(Buffer frame) {
        try {
            return (GatewayMessage) MessageCodec.decode(frame.getBytes());
        } catch (MalformedMessageException malformed) {
            throw new AssertionError(malformed);
        }
    }
}
