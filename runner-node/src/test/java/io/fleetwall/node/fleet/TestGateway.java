package io.fleetwall.node.fleet;

import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.EventAck;
import io.fleetwall.protocol.message.EventBatch;
import io.fleetwall.protocol.message.GatewayMessage;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.NodeMessage;
import io.fleetwall.protocol.message.ScopeChanged;
import io.fleetwall.protocol.message.SignedPolicy;
import io.fleetwall.protocol.message.Welcome;
import io.fleetwall.protocol.wire.MalformedMessageException;
import io.fleetwall.protocol.wire.MessageCodec;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.ServerWebSocketHandshake;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * A gateway as a node sees it, on a loopback address: enrolment and link over TLS 1.3. It answers
 * each hello and each change of scope with what {@link #policies} says, and remembers what it
 * heard.
 */
public final class TestGateway {
    private final Vertx vertx = Vertx.vertx();
    private final TestAuthority authority;
    private final TestFleet fleet;
    private final List<NodeMessage> heard = new CopyOnWriteArrayList<>();
    private volatile Function<Scope, Optional<SignedPolicy>> policies = _ -> Optional.empty();
    private final AtomicInteger renewals = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();
    private volatile boolean acknowledging = true;
    private volatile int version = MessageCodec.VERSION;
    private volatile @Nullable ServerWebSocket link;
    private volatile @Nullable Context linkLoop;
    private volatile Upgrades upgrades = Upgrades.ACCEPTED;
    private final AtomicInteger uselessUpgrades = new AtomicInteger();
    private final TestPoll poll = new TestPoll(this::received);
    private @Nullable HttpServer server;
    private int port;

    public TestGateway(TestAuthority authority, TestFleet fleet) {
        this.authority = authority;
        this.fleet = fleet;
    }

    /** Listens; on the same port as before when it was there already. */
    public int start() throws Exception {
        String[] identity = authority.server("127.0.0.1");
        HttpServerOptions options =
                new HttpServerOptions()
                        .setSsl(true)
                        .setUseAlpn(true)
                        .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                        .setClientAuth(ClientAuth.REQUEST)
                        .setKeyCertOptions(
                                new PemKeyCertOptions()
                                        .addKeyValue(Buffer.buffer(identity[0]))
                                        .addCertValue(Buffer.buffer(identity[1])))
                        .setTrustOptions(
                                new PemTrustOptions().addCertValue(Buffer.buffer(authority.pem())))
                        .setMaxWebSocketFrameSize(MessageCodec.MAX_FRAME)
                        .setMaxWebSocketMessageSize(MessageCodec.MAX_FRAME);
        HttpServer fresh =
                await(
                        vertx.createHttpServer(options)
                                .requestHandler(this::asked)
                                .webSocketHandshakeHandler(this::upgrade)
                                .webSocketHandler(this::linked)
                                .listen(port, "127.0.0.1"));
        server = fresh;
        port = fresh.actualPort();
        return port;
    }

    /** Is gone; connections break. */
    public void stop() throws Exception {
        HttpServer running = server;
        if (running != null) {
            ServerWebSocket open = link;
            if (open != null) {
                await(open.close().otherwiseEmpty());
            }
            await(running.close());
            server = null;
        }
    }

    /** What each scope is to have from now on. */
    public void policies(Function<Scope, Optional<SignedPolicy>> chosen) {
        policies = chosen;
    }

    /** Whether events are acknowledged. */
    public void acknowledging(Acknowledge how) {
        acknowledging = how == Acknowledge.AT_ONCE;
    }

    /** When events are acknowledged. */
    public enum Acknowledge {
        AT_ONCE,
        NEVER
    }

    /** Which protocol version it says it speaks, from the next hello on. */
    public void speaks(int spoken) {
        version = spoken;
    }

    /** Everything heard so far. */
    public List<NodeMessage> heard() {
        return List.copyOf(heard);
    }

    /** Everything heard so far of one kind. */
    public <T extends NodeMessage> List<T> heard(Class<T> kind) {
        return heard.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** Says something. */
    public void say(GatewayMessage message) {
        raw(MessageCodec.encode(message));
    }

    /** Sends bytes that may be no message. */
    public void raw(byte[] frame) {
        ServerWebSocket open = link;
        if (poll.isOpen()) {
            poll.say(frame);
        } else if (open != null) {
            open.writeBinaryMessage(Buffer.buffer(frame));
        } else {
            throw new IllegalStateException("no node is linked");
        }
    }

    /** What becomes of requests for a WebSocket. */
    public enum Upgrades {
        ACCEPTED,
        /** As by a proxy that knows none: an answer, but no 101. */
        REFUSED,
        /** As by a proxy that lets the upgrade through and nothing after it. */
        SWALLOWED
    }

    /** From now on. */
    public void upgrades(Upgrades fate) {
        upgrades = fate;
    }

    /** How many were of no use. */
    public int uselessUpgrades() {
        return uselessUpgrades.get();
    }

    /** Whether the node's session is one of requests. */
    public boolean isPolled() {
        return poll.isOpen();
    }

    private void upgrade(ServerWebSocketHandshake handshake) {
        switch (upgrades) {
            case ACCEPTED -> handshake.accept();
            case REFUSED -> {
                uselessUpgrades.incrementAndGet();
                handshake.reject(403);
            }
            case SWALLOWED -> {
                uselessUpgrades.incrementAndGet();
                handshake.accept();
            }
        }
    }

    private void asked(HttpServerRequest request) {
        if (!poll.takes(request)) {
            enrol(request);
        }
    }

    private void enrol(HttpServerRequest request) {
        request.body()
                .onSuccess(body -> {
                    JsonObject json = body.toJsonObject();
                    if ("/renew/v1".equals(request.path())) {
                        renew(request, json);
                        return;
                    }
                    if (!"the-token".equals(json.getString("token"))) {
                        request.response().setStatusCode(403).end("wrong token");
                        return;
                    }
                    request.response().end(enrolled(json.getString("csr")).toBuffer());
                });
    }

    private void renew(HttpServerRequest request, JsonObject json) {
        renewals.incrementAndGet();
        if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            request.response().setStatusCode(503).end("later");
            return;
        }
        try {
            // Throws when the node shows no certificate.
            request.connection().peerCertificates();
            request.response().end(enrolled(json.getString("csr")).toBuffer());
        } catch (SSLPeerUnverifiedException nobody) {
            request.response().setStatusCode(401).end("no certificate");
        }
    }

    /** Reads and answers nothing until the latch is down, although its connections stay. */
    public void freeze(CountDownLatch until) {
        Context loop = linkLoop;
        if (loop == null) {
            throw new IllegalStateException("no node is linked");
        }
        loop.runOnContext(_ -> {
            try {
                until.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Reads nothing more of its link and says that it is there, until the latch is down. */
    public void holdBack(CountDownLatch until) {
        ServerWebSocket open = link;
        if (open == null) {
            throw new IllegalStateException("no node is linked");
        }
        open.pause();
        vertx.setPeriodic(
                100,
                timer -> {
                    open.writePong(Buffer.buffer());
                    if (until.getCount() == 0) {
                        vertx.cancelTimer(timer);
                        open.resume();
                    }
                });
    }

    /** The next so many renewals are refused. */
    public void refuseRenewals(int count) {
        refusals.set(count);
    }

    /** How often a node asked for its next certificate. */
    public int renewals() {
        return renewals.get();
    }

    /** The certificate which the node's present link shows. */
    public X509Certificate shown() throws SSLPeerUnverifiedException {
        ServerWebSocket open = link;
        if (open == null) {
            throw new IllegalStateException("no node is linked");
        }
        return (X509Certificate) open.sslSession().getPeerCertificates()[0];
    }

    private JsonObject enrolled(String csr) {
        try {
            String key = Base64.getEncoder().encodeToString(fleet.key());
            return new JsonObject()
                    .put("certificate", authority.node(csr))
                    .put("ca", authority.pem())
                    .put("signingKeys", new JsonArray().add(key));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void linked(ServerWebSocket socket) {
        if (upgrades == Upgrades.SWALLOWED) {
            return;
        }
        link = socket;
        linkLoop = vertx.getOrCreateContext();
        poll.replaced();
        socket.binaryMessageHandler(frame -> received(frame.getBytes()));
    }

    private void received(byte[] frame) {
        NodeMessage message;
        try {
            message = (NodeMessage) MessageCodec.decode(frame);
        } catch (MalformedMessageException e) {
            throw new IllegalStateException(e);
        }
        heard.add(message);
        switch (message) {
            case Hello hello -> {
                say(new Welcome(version, "test", Duration.ofMillis(500)));
                hello.runners().forEach(r -> desire(r.runner(), r.scope()));
            }
            case ScopeChanged(String runner, Scope scope) -> desire(runner, scope);
            case EventBatch batch -> {
                if (acknowledging) {
                    say(new EventAck(batch.boot(), batch.lastSequence()));
                }
            }
            default -> {}
        }
    }

    private void desire(String runner, Scope scope) {
        policies.apply(scope).ifPresent(policy -> say(new Desired(runner, policy)));
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    /** Lets go of everything. */
    public void close() throws Exception {
        await(vertx.close());
    }
}
