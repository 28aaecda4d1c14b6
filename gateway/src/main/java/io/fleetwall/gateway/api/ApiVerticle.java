package io.fleetwall.gateway.api;

import io.fleetwall.gateway.config.GatewayConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The operators' listener: routes to endpoints, TLS when it is set. */
public final class ApiVerticle extends VerticleBase {
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
    public Future<?> start() {
        Router router = Router.router(vertx);
        new HealthRoutes(services).mount(router, endpoints);
        new DocumentRoutes().mount(router, endpoints);
        new PolicyRoutes(services.policies()).mount(router, endpoints);
        new ExplainRoutes(services.policies()).mount(router, endpoints);
        new FleetRoutes(services.fleet().fleet(), services.fleet().rollouts())
                .mount(router, endpoints);
        new EventRoutes(services.events().log()).mount(router, endpoints);
        new SearchRoutes(services.events().search()).mount(router, endpoints);
        new ProofRoutes(services.database()).mount(router, endpoints);
        new WebhookRoutes(services.events().alerts()).mount(router, endpoints);
        new MuteRoutes(services.events().alerts()).mount(router, endpoints);
        new IdentityRoutes(services).mount(router, endpoints);
        new TokenRoutes(services).mount(router, endpoints);
        new SigningKeyRoutes(services.identity().signing(), services.policies())
                .mount(router, endpoints);
        new AuditRoutes(services.database()).mount(router, endpoints);
        new NodeRoutes(services.fleet().fleet(), services.identity().revocations())
                .mount(router, endpoints);
        new MetricsRoutes(services.access().metrics()).mount(router, endpoints);
        for (int status : List.of(400, 404, 405, 413, 415, 500)) {
            router.errorHandler(status, Endpoints::refused);
        }
        HttpServer listener = vertx.createHttpServer(options()).requestHandler(router);
        server = listener;
        return listener.listen(
                SocketAddress.inetSocketAddress(config.listen().port(), config.listen().host()));
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

    private HttpServerOptions options() {
        HttpServerOptions options =
                new HttpServerOptions()
                        .setIdleTimeout(120)
                        .setMaxHeaderSize(16 << 10)
                        .setHandle100ContinueAutomatically(true);
        config.tls()
                .ifPresent(files ->
                        options.setSsl(true)
                                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                                .setKeyCertOptions(
                                        new PemKeyCertOptions()
                                                .addCertPath(files.certificate().toString())
                                                .addKeyPath(files.key().toString())));
        return options;
    }
}
