package io.fleetwall.gateway.api;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.config.GatewayConfig.KeyPairFiles;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operators' listener: routes to endpoints, TLS when it is set, with the certificate that its
 * files hold at the time.
 */
public final class ApiVerticle extends VerticleBase {
    private static final long LOOK_MILLIS = 1_000;
    private static final Logger LOG = LoggerFactory.getLogger(ApiVerticle.class);

    private final GatewayConfig.Api config;
    private final Services services;
    private final Endpoints endpoints;
    private @Nullable HttpServer server;

    /** Serves these services. */
    public ApiVerticle(GatewayConfig.Api config, Services services) {
        this.config = config;
        this.services = services;
        this.endpoints =
                new Endpoints(
                        services.access()
                                .gate(
                                        Optional.of(
                                                new Allowance(
                                                        config.access().requestsPerMinute() / 2,
                                                        config.access().requestsPerMinute(),
                                                        System::nanoTime))),
                        config.maxBodyBytes());
    }

    @Override
    public Future<?> start() throws ListenerCertificate.Unusable {
        Router router = Router.router(vertx);
        new HealthRoutes(services).mount(router, endpoints);
        new DocumentRoutes().mount(router, endpoints);
        new PolicyRoutes(services.policies(), services.approvals()).mount(router, endpoints);
        new ApprovalRoutes(services.approvals()).mount(router, endpoints);
        new ExplainRoutes(services.policies()).mount(router, endpoints);
        new FleetRoutes(services.fleet().fleet(), services.fleet().rollouts())
                .mount(router, endpoints);
        new EventRoutes(services.events().log()).mount(router, endpoints);
        new SearchRoutes(services.events().search()).mount(router, endpoints);
        new ProofRoutes(services.database()).mount(router, endpoints);
        new WebhookRoutes(services.events().alerts()).mount(router, endpoints);
        new MuteRoutes(services.events().alerts()).mount(router, endpoints);
        new BaselineRoutes(services.events().baselines()).mount(router, endpoints);
        new IdentityRoutes(services).mount(router, endpoints);
        new TokenRoutes(services).mount(router, endpoints);
        new SigningKeyRoutes(services.identity().signing(), services.policies())
                .mount(router, endpoints);
        new AuditRoutes(services.database()).mount(router, endpoints);
        new NodeRoutes(services.fleet().fleet(), services.identity().revocations())
                .mount(router, endpoints);
        new MetricsRoutes(services.access().metrics()).mount(router, endpoints);
        Endpoints.guard(router);
        return config.tls().isPresent()
                ? listenWithTls(router, config.tls().get())
                : listen(router, options());
    }

    private Future<HttpServer> listen(Router router, HttpServerOptions options) {
        HttpServer listener = vertx.createHttpServer(options).requestHandler(router);
        server = listener;
        return listener.listen(
                SocketAddress.inetSocketAddress(config.listen().port(), config.listen().host()));
    }

    private Future<HttpServer> listenWithTls(Router router, KeyPairFiles files)
            throws ListenerCertificate.Unusable {
        var certificate = new ListenerCertificate(vertx, files);
        HttpServerOptions options =
                options()
                        .setSsl(true)
                        .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                        .setKeyCertOptions(certificate.changed().orElseThrow());
        return listen(router, options)
                .onSuccess(listener ->
                        vertx.setPeriodic(
                                LOOK_MILLIS,
                                _ -> renew(listener, certificate, options.getSslOptions())));
    }

    /** Connections that are there stay; the next ones see the new certificate. */
    private void renew(
            HttpServer listener, ListenerCertificate certificate, ServerSSLOptions options) {
        vertx.executeBlocking(certificate::changed)
                .compose(changed ->
                        Objects.requireNonNull(changed)
                                .map(pair ->
                                        listener.updateSSLOptions(
                                                options.copy().setKeyCertOptions(pair)))
                                .orElse(Future.succeededFuture(false)))
                .onSuccess(updated -> {
                    if (updated) {
                        LOG.atInfo().log("the API shows another certificate from now on");
                    }
                })
                .onFailure(failed ->
                        LOG.atError()
                                .setCause(failed)
                                .log("certificate not taken; the one before is still shown"));
    }

    /** The port in use, for tests that let the kernel choose. */
    public int port() {
        return server == null ? -1 : server.actualPort();
    }

    @Override
    public Future<?> stop() {
        endpoints.close();
        return Future.succeededFuture();
    }

    private static HttpServerOptions options() {
        return new HttpServerOptions()
                .setIdleTimeout(120)
                .setMaxHeaderSize(16 << 10)
                .setHandle100ContinueAutomatically(true);
    }
}
