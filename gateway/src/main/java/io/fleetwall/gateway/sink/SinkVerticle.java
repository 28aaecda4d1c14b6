package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.Addresses;
import io.fleetwall.gateway.config.GatewayConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers one target's alerts: at least once, oldest first, a few at a time. Runs on a virtual
 * thread, so it may block. The event bus makes it fast; the look into the outbox makes it certain.
 */
public final class SinkVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(SinkVerticle.class);

    /** Alerts under way at once; a slow receiver holds up only its own. */
    private static final int AT_ONCE = 8;

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Longer than a request can take, so that a living gateway never loses its lease. */
    private static final Duration LEASE = TIMEOUT.plusSeconds(5);

    /** How late a retry may be. */
    private static final long LOOK_MILLIS = 250;

    private final GatewayConfig.Target target;
    private final Outbox outbox;
    private final TargetGuard guard;
    private final Backoff backoff;
    private final InstantSource clock;
    private @Nullable HttpClient client;
    private boolean draining;
    private boolean again;

    /** Delivers to a target. */
    public SinkVerticle(
            GatewayConfig.Target target,
            Outbox outbox,
            GatewayConfig.Webhooks config,
            InstantSource clock) {
        this.target = target;
        this.outbox = outbox;
        this.guard = new TargetGuard(config.allowPrivateTargets());
        this.backoff = new Backoff(RandomGenerator.getDefault());
        this.clock = clock;
    }

    @Override
    public Future<?> start() {
        client =
                vertx.createHttpClient(
                        new HttpClientOptions()
                                .setConnectTimeout((int) TIMEOUT.toMillis())
                                .setIdleTimeout((int) TIMEOUT.toSeconds()));
        vertx.eventBus().localConsumer(Addresses.OUTBOX_DUE, due -> drain());
        vertx.setPeriodic(LOOK_MILLIS, timer -> drain());
        return Future.succeededFuture();
    }

    /** Once more when something came in meanwhile; never twice at a time. */
    private void drain() {
        if (draining) {
            again = true;
            return;
        }
        draining = true;
        try {
            do {
                again = false;
                List<Due> due = outbox.lease(target.name(), AT_ONCE, LEASE);
                Future.join(due.stream().map(this::deliver).toList()).await();
                again |= due.size() == AT_ONCE;
            } while (again);
        } catch (RuntimeException failed) {
            LOG.atError()
                    .addKeyValue("target", target.name())
                    .setCause(failed)
                    .log("outbox not readable; trying again");
        } finally {
            draining = false;
        }
    }

    private Future<Attempt> deliver(Due due) {
        long from = System.nanoTime();
        URI url = URI.create(target.url().reveal());
        Future<Attempt> attempt =
                switch (guard.look(url.getHost())) {
                    case TargetGuard.Finding.Refused(var outcome) ->
                            Future.succeededFuture(new Attempt(0, 0, outcome, Optional.empty()));
                    case TargetGuard.Finding.Reachable(var address) ->
                            post(due, url, address)
                                    .map(response -> answered(response, from))
                                    .recover(failed -> failed(failed, from));
                };
        return attempt.onSuccess(result -> record(due, result));
    }

    private void record(Due due, Attempt attempt) {
        Backoff.Next next = backoff.after(due, attempt, clock.millis());
        outbox.record(due, attempt, next);
        if (!attempt.accepted()) {
            LOG.atWarn()
                    .addKeyValue("target", target.name())
                    .addKeyValue("delivery", due.id())
                    .addKeyValue("attempt", due.attempts())
                    .addKeyValue("outcome", attempt.outcome())
                    .addKeyValue("next", next)
                    .log("alert not delivered");
        }
    }

    private Future<HttpClientResponse> post(Due due, URI url, InetAddress address) {
        byte[] body = Message.of(target.format(), due).toBuffer().getBytes();
        boolean tls = "https".equals(url.getScheme());
        int port = url.getPort() > 0 ? url.getPort() : tls ? 443 : 80;
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        long timestamp = clock.millis() / 1_000;
        RequestOptions options =
                new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setServer(SocketAddress.inetSocketAddress(port, address.getHostAddress()))
                        .setHost(url.getHost())
                        .setPort(port)
                        .setSsl(tls)
                        .setURI(path + query)
                        .setFollowRedirects(false)
                        .setTimeout(TIMEOUT.toMillis())
                        .putHeader("content-type", "application/json")
                        .putHeader("user-agent", "fleetwall-gateway")
                        .putHeader("webhook-id", due.id())
                        .putHeader("webhook-timestamp", Long.toString(timestamp));
        target.signing()
                .ifPresent(secret ->
                        options.putHeader(
                                "webhook-signature",
                                Signature.of(secret, due.id(), timestamp, body)));
        return Objects.requireNonNull(client)
                .request(options)
                .compose(request -> request.send(Buffer.buffer(body)));
    }

    private static Attempt answered(HttpClientResponse response, long from) {
        Optional<Duration> retryAfter =
                Optional.ofNullable(response.getHeader("retry-after"))
                        .filter(text -> text.matches("[0-9]{1,5}"))
                        .map(text -> Duration.ofSeconds(Long.parseLong(text)));
        int status = response.statusCode();
        return new Attempt(status, millisSince(from), "status " + status, retryAfter);
    }

    private static Future<Attempt> failed(Throwable failed, long from) {
        String outcome =
                switch (failed) {
                    case TimeoutException late -> "no answer in time";
                    case SSLException tls -> "TLS failed";
                    case ConnectException refused -> "connection refused";
                    default -> "connection failed";
                };
        return Future.succeededFuture(new Attempt(0, millisSince(from), outcome, Optional.empty()));
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }
}
