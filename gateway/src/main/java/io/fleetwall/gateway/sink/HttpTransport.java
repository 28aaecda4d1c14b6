package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.config.GatewayConfig.Format;
import io.fleetwall.gateway.config.GatewayConfig.Target;
import io.fleetwall.gateway.config.Secret;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * POST to the address that was checked, under the name that was asked for; redirects are not
 * followed, and no more of an answer is read than is needed.
 */
final class HttpTransport implements Transport {
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** The answer to a bulk of 5,000 documents is about 1 MB. */
    private static final int ANSWER = 2 << 20;

    private final HttpClient client;
    private final Target target;
    private final TargetGuard guard;
    private final InstantSource clock;

    HttpTransport(Vertx vertx, Target target, TargetGuard guard, InstantSource clock) {
        HttpClientOptions options =
                new HttpClientOptions()
                        .setConnectTimeout((int) TIMEOUT.toMillis())
                        .setIdleTimeout((int) TIMEOUT.toSeconds());
        target.tuning()
                .authority()
                .ifPresent(file ->
                        options.setTrustOptions(
                                new PemTrustOptions().addCertPath(file.toString())));
        // Kept open, one for each request under way: fewer, and requests queue for a connection.
        PoolOptions pool = new PoolOptions().setHttp1MaxSize(target.tuning().pace().atOnce());
        this.client = vertx.createHttpClient(options, pool);
        this.target = target;
        this.guard = guard;
        this.clock = clock;
    }

    @Override
    public Future<Attempt> send(List<Due> alerts, Parcel parcel) {
        long from = System.nanoTime();
        URI url = address(alerts.getFirst());
        return switch (guard.look(url.getHost())) {
            case TargetGuard.Finding.Refused(var outcome) ->
                    Future.succeededFuture(Attempt.failed(0, outcome));
            case TargetGuard.Finding.Reachable(var address) ->
                    client.request(options(alerts.getFirst(), parcel, url, address))
                            .compose(request -> request.send(Buffer.buffer(parcel.body())))
                            .compose(response -> answered(response, from))
                            .timeout(2 * TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                            .recover(failed -> Future.succeededFuture(failed(failed, from)));
        };
    }

    /** Slack's Web API has one method to post and another to update. */
    private URI address(Due due) {
        String url = target.url().reveal();
        boolean update = !due.incident().handle().isEmpty();
        return URI.create(
                update && target.format() == Format.SLACK
                        ? url.replace("/chat.postMessage", "/chat.update")
                        : url);
    }

    private RequestOptions options(Due due, Parcel parcel, URI url, InetAddress address) {
        boolean tls = "https".equals(url.getScheme());
        int port = url.getPort() > 0 ? url.getPort() : tls ? 443 : 80;
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
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
                        .putHeader("content-type", parcel.contentType())
                        .putHeader("user-agent", "fleetwall-gateway");
        credentials(options, due, parcel);
        target.tuning()
                .form()
                .headers()
                .forEach((name, value) -> options.putHeader(name, value.reveal()));
        return options;
    }

    private void credentials(RequestOptions options, Due due, Parcel parcel) {
        Optional<Secret> secret = target.secret();
        switch (target.format()) {
            case GENERIC -> {
                long timestamp = clock.millis() / 1_000;
                options.putHeader("webhook-id", due.id());
                options.putHeader("webhook-timestamp", Long.toString(timestamp));
                secret.ifPresent(key ->
                        options.putHeader(
                                "webhook-signature",
                                Signature.of(key, due.id(), timestamp, parcel.body())));
            }
            case SPLUNK -> authorization(options, "Splunk ", secret);
            case ELASTIC -> authorization(options, "ApiKey ", secret);
            case SLACK, OTLP -> authorization(options, "Bearer ", secret);
            case TEAMS, PAGERDUTY, SYSLOG, FILE -> {}
        }
    }

    private static void authorization(
            RequestOptions options, String scheme, Optional<Secret> secret) {
        secret.ifPresent(key -> options.putHeader("authorization", scheme + key.reveal()));
    }

    private Future<Attempt> answered(HttpClientResponse response, long from) {
        Promise<Attempt> done = Promise.promise();
        Buffer body = Buffer.buffer();
        response.handler(part -> {
            if (body.length() + part.length() > ANSWER) {
                response.request().reset();
                done.tryFail(new IOException("answer too long"));
            } else {
                body.appendBuffer(part);
            }
        });
        response.exceptionHandler(done::tryFail);
        response.endHandler(end ->
                done.tryComplete(
                        Judge.of(
                                target.format(),
                                Attempt.answered(
                                                response.statusCode(),
                                                millisSince(from),
                                                body.toString())
                                        .after(retryAfter(response)))));
        return done.future();
    }

    private Optional<Duration> retryAfter(HttpClientResponse response) {
        return Optional.ofNullable(response.getHeader("retry-after"))
                .flatMap(text -> RetryAfter.read(text.strip(), clock.instant()));
    }

    private static Attempt failed(Throwable failed, long from) {
        String outcome =
                switch (failed) {
                    case TimeoutException late -> "no answer in time";
                    case SSLException tls -> "TLS failed";
                    case ConnectException refused -> "connection refused";
                    default -> "connection failed";
                };
        return Attempt.failed(millisSince(from), outcome);
    }

    static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }
}
