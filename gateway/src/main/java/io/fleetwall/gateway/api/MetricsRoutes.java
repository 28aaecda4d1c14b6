package io.fleetwall.gateway.api;

import io.fleetwall.gateway.metric.Metrics;
import io.vertx.ext.web.Router;

/** What the gateway counts, for Prometheus. */
final class MetricsRoutes {
    private final Metrics metrics;

    MetricsRoutes(Metrics metrics) {
        this.metrics = metrics;
    }

    void mount(Router router, Endpoints endpoints) {
        endpoints.serve(
                router,
                Operation.METRICS,
                request -> Answer.text("text/plain; version=0.0.4; charset=utf-8", metrics.text()));
    }
}
