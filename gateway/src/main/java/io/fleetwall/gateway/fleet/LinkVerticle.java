package io.fleetwall.gateway.fleet;

import io.fleetwall.gateway.catalogue.Policies;
import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.event.EventIntake;
import io.fleetwall.gateway.event.OwnEvents;
import io.fleetwall.gateway.identity.ListenerIdentity;
import io.fleetwall.gateway.identity.NodeIdentity;
import io.fleetwall.gateway.identity.NodeTrust;
import io.fleetwall.gateway.identity.Revocations;
import io.fleetwall.gateway.identity.ServerIdentity;
import io.fleetwall.gateway.identity.SigningKeys;
import io.fleetwall.gateway.metric.Metrics;
import io.fleetwall.gateway.metric.Refusal;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.ServerWebSocketHandshake;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import io.vertx.ext.web.Router;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes' listener: TLS 1.3 with certificates of the fleet CA. One instance per event loop, each
 * with its own connections.
 *
 * <p>A certificate is asked for rather than required, because enrolment comes without one on the
 * same port; the link refuses whoever shows none, and TLS itself whoever shows a wrong one.
 */
public final class LinkVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(LinkVerticle.class);
    private static final String PATH = "/link/v1";

    /** An event batch is at most about 1 MiB; a larger policy goes out in several frames. */
    private static final int MAX_FRAME = 4 << 20;

    /** A node that does not read does not take leave either. */
    private static final int FAREWELL_SECONDS = 2;

    /** Nobody is as silent as this. */
    private static final Duration FORBEARANCE = Duration.ofDays(1);

    /** Nodes of a stopping gateway come back within this time, not all at once. */
    private static final Duration SPREAD = Duration.ofSeconds(2);

    private final GatewayConfig.Link config;
    private final Trust trust;
    private final Desk desk;
    private final Function<Vertx, Router> enrolment;
    private final Waiting waiting;
    private final Punctuality punctuality;
    private final Strangers strangers = new Strangers();
    private ServerIdentity shown;
    private @Nullable Links links;
    private @Nullable HttpServer server;

    /** What the listener shows, and whom it believes. */
    public record Trust(ListenerIdentity identity, NodeTrust nodes) {}

    /** Everything a connection needs of the gateway. */
    public record Desk(
            String gateway,
            Policies policies,
            Fleet fleet,
            NodePresence presence,
            EventIntake intake,
            OwnEvents events,
            SigningKeys signing,
            Door door) {}

    /** Who is not let in, and how often that happened. */
    public record Door(Revocations revocations, Metrics metrics) {}

    /** A listener; {@code enrolment} serves what is not the link. */
    public LinkVerticle(
            GatewayConfig.Link config, Trust trust, Desk desk, Function<Vertx, Router> enrolment) {
        this.config = config;
        this.trust = trust;
        this.desk = desk;
        this.enrolment = enrolment;
        this.shown = trust.identity().current();
        this.waiting = new Waiting(desk.door().metrics());
        this.punctuality = new Punctuality(config.heartbeat(), System.nanoTime());
    }

    @Override
    public Future<?> start() {
        Links linked = Links.open(config, desk, context);
        links = linked;
        Router router = enrolment.apply(vertx);
        PollRoutes polls =
                new PollRoutes(vertx, (request, carrier) -> enter(request, carrier, linked));
        HttpServerOptions options = options(shown);
        HttpServer listener =
                vertx.createHttpServer(options)
                        .exceptionHandler(this::notAdmitted)
                        .connectionHandler(waiting::came)
                        .webSocketHandshakeHandler(this::admit)
                        .webSocketHandler(socket -> open(socket, linked))
                        .requestHandler(request -> {
                            if (!polls.takes(request)) {
                                router.handle(request);
                            }
                        });
        server = listener;
        vertx.setPeriodic(
                config.heartbeat().toMillis(),
                timer -> {
                    tick(linked);
                    renew(listener, options);
                });
        return listener.listen(
                SocketAddress.inetSocketAddress(config.listen().port(), config.listen().host()));
    }

    @Override
    public Future<?> stop() {
        if (links != null) {
            links.close(
                    "the gateway stops",
                    () ->
                            Duration.ofMillis(
                                    ThreadLocalRandom.current().nextLong(SPREAD.toMillis())));
        }
        return Future.succeededFuture();
    }

    /** The port in use, for tests that let the kernel choose. */
    public int port() {
        return server == null ? -1 : server.actualPort();
    }

    private void tick(Links linked) {
        waiting.tick();
        strangers.tell();
        boolean judges = punctuality.judges(System.nanoTime());
        linked.tick(judges ? config.heartbeat().multipliedBy(3) : FORBEARANCE);
    }

    /** Links that are there stay; the next ones see the new certificate. */
    private void renew(HttpServer listener, HttpServerOptions options) {
        vertx.executeBlocking(trust.identity()::current)
                .map(Objects::requireNonNull)
                .compose(now -> now.equals(shown) ? unchanged() : show(now, listener, options))
                .onFailure(failed ->
                        LOG.atError()
                                .setCause(failed)
                                .log("certificate not taken; the one before is still shown"));
    }

    private static Future<Boolean> unchanged() {
        return Future.succeededFuture(false);
    }

    private Future<Boolean> show(
            ServerIdentity next, HttpServer listener, HttpServerOptions options) {
        return listener.updateSSLOptions(
                        options.getSslOptions().copy().setKeyCertOptions(pair(next)))
                .onSuccess(done -> shown = next);
    }

    private static PemKeyCertOptions pair(ServerIdentity identity) {
        return new PemKeyCertOptions()
                .addKeyValue(Buffer.buffer(identity.key()))
                .addCertValue(Buffer.buffer(identity.chain()));
    }

    private void admit(ServerWebSocketHandshake handshake) {
        if (!PATH.equals(handshake.path())) {
            reject(handshake, 404);
            return;
        }
        OptionalInt refusal = refusal(handshake.sslSession());
        if (refusal.isPresent()) {
            reject(handshake, refusal.getAsInt());
        } else {
            waiting.admitted(handshake.remoteAddress());
            handshake.accept().onFailure(LinkVerticle::gone);
        }
    }

    /** The status for whom TLS let in and the link does not. */
    private OptionalInt refusal(@Nullable SSLSession session) {
        Optional<X509Certificate> certificate = NodeIdentity.shown(session);
        if (certificate.flatMap(NodeIdentity::of).isEmpty()) {
            desk.door().metrics().count(Refusal.NO_CERTIFICATE);
            return OptionalInt.of(401);
        }
        if (certificate.filter(desk.door().revocations()::revoked).isPresent()) {
            desk.door().metrics().count(Refusal.REVOKED);
            return OptionalInt.of(403);
        }
        return OptionalInt.empty();
    }

    /** A node without a WebSocket; its connection is the session. */
    private Optional<NodeLink> enter(HttpServerRequest request, Carrier carrier, Links linked) {
        OptionalInt refusal = refusal(request.sslSession());
        if (refusal.isPresent()) {
            refused(request.remoteAddress(), refusal.getAsInt());
            request.response()
                    .setStatusCode(refusal.getAsInt())
                    .end()
                    .onFailure(LinkVerticle::gone);
            return Optional.empty();
        }
        waiting.admitted(request.remoteAddress());
        return link(request.sslSession(), carrier, linked);
    }

    private static void reject(ServerWebSocketHandshake handshake, int status) {
        refused(handshake.remoteAddress(), status);
        handshake.reject(status).onFailure(LinkVerticle::gone);
    }

    private static void refused(SocketAddress remote, int status) {
        LOG.atWarn()
                .addKeyValue("remote", remote)
                .addKeyValue("status", status)
                .log("link refused");
    }

    private void open(ServerWebSocket socket, Links linked) {
        SocketCarrier carrier = new SocketCarrier(socket);
        link(socket.sslSession(), carrier, linked)
                .ifPresentOrElse(
                        carrier::carry, () -> socket.close().onFailure(LinkVerticle::gone));
    }

    private static Optional<NodeLink> link(
            @Nullable SSLSession session, Carrier carrier, Links linked) {
        Optional<X509Certificate> certificate = NodeIdentity.shown(session);
        return certificate
                .flatMap(NodeIdentity::of)
                .map(node ->
                        linked.add(new NodeLink.Peer(node, certificate.orElseThrow()), carrier));
    }

    /** A wrong certificate ends here, and so do port scanners, of which there may be thousands. */
    private void notAdmitted(Throwable failed) {
        desk.door()
                .metrics()
                .count(failed instanceof Turn.TurnedAway away ? away.refusal() : Refusal.HANDSHAKE);
        strangers.add(failed);
    }

    private static void gone(Throwable failed) {
        LOG.atDebug().setCause(failed).log("connection went away during its handshake");
    }

    private HttpServerOptions options(ServerIdentity identity) {
        return new HttpServerOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setSslEngineOptions(new PacedTls())
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                .setClientAuth(ClientAuth.REQUEST)
                .setKeyCertOptions(pair(identity))
                .setTrustOptions(TrustOptions.wrap(trust.nodes()))
                .setWebSocketClosingTimeout(FAREWELL_SECONDS)
                .setMaxWebSocketFrameSize(MAX_FRAME)
                .setMaxWebSocketMessageSize(MAX_FRAME)
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setTcpNoDelay(true);
    }
}
