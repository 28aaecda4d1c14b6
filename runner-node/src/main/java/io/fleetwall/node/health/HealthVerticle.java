package io.fleetwall.node.health;

import io.fleetwall.node.bus.Addresses;
import io.fleetwall.node.bus.LinkState;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Supplier;

/**
 * {@code /health}: 200 while every runner's packets are judged, else 503; the link is told but does
 * not count, because enforcement does not need it. {@code /metrics}: Prometheus text.
 */
public final class HealthVerticle extends VerticleBase {
    private final InetSocketAddress listen;
    private final Supplier<List<Runner>> runners;
    private final Supplier<List<Metric>> metrics;
    private LinkState link = new LinkState.Down("not yet tried");

    /**
     * @param listen a loopback address
     */
    public HealthVerticle(
            InetSocketAddress listen,
            Supplier<List<Runner>> runners,
            Supplier<List<Metric>> metrics) {
        this.listen = listen;
        this.runners = runners;
        this.metrics = metrics;
    }

    /**
     * One runner's state.
     *
     * @param attached whether its packets are judged
     */
    public record Runner(String name, boolean attached, long revision, String digest) {}

    @Override
    public Future<?> start() {
        vertx.eventBus()
                .<LinkState>localConsumer(Addresses.LINK_STATE, message -> link = message.body());
        // A scrape every second is four requests in a header of 8 KiB; nothing has a body.
        HttpServerOptions options =
                new HttpServerOptions()
                        .setHost(listen.getAddress().getHostAddress())
                        .setPort(listen.getPort())
                        .setIdleTimeout(30);
        return vertx.createHttpServer(options).requestHandler(this::answer).listen();
    }

    private void answer(HttpServerRequest request) {
        if (!request.method().equals(HttpMethod.GET)) {
            request.response().setStatusCode(405).end();
            return;
        }
        switch (request.path()) {
            case "/health" -> health(request);
            case "/metrics" -> metrics(request);
            case null, default -> request.response().setStatusCode(404).end();
        }
    }

    private void health(HttpServerRequest request) {
        List<Runner> now = runners.get();
        boolean protecting = now.stream().allMatch(Runner::attached);
        JsonArray array = new JsonArray();
        for (Runner runner : now) {
            array.add(
                    new JsonObject()
                            .put("runner", runner.name())
                            .put("attached", runner.attached())
                            .put("revision", runner.revision())
                            .put("digest", runner.digest()));
        }
        JsonObject body =
                new JsonObject()
                        .put("protecting", protecting)
                        .put("linked", link instanceof LinkState.Up)
                        .put(
                                "link",
                                switch (link) {
                                    case LinkState.Up(String gateway, _) -> gateway;
                                    case LinkState.Down(String reason) -> reason;
                                })
                        .put("runners", array);
        request.response()
                .setStatusCode(protecting ? 200 : 503)
                .putHeader("content-type", "application/json")
                .end(body.encode() + "\n");
    }

    private void metrics(HttpServerRequest request) {
        StringBuilder text = new StringBuilder(4096);
        Metric.of("fleetwall_linked", "1 while the gateway is connected", linked()).write(text);
        metrics.get().forEach(metric -> metric.write(text));
        request.response()
                .putHeader("content-type", "text/plain; version=0.0.4; charset=utf-8")
                .end(text.toString());
    }

    private int linked() {
        return link instanceof LinkState.Up ? 1 : 0;
    }
}
