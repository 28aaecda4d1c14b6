package io.fleetwall.gateway.api;

import io.fleetwall.gateway.identity.Tokens;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs endpoints on virtual threads, behind the bearer token, and writes their answers. Endpoints
 * are plain functions from request to answer: they may block, and they never see HTTP.
 */
final class Endpoints implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Endpoints.class);

    /** A waiting request holds a body of at most 4 MiB: 256 MiB at the worst. */
    private static final int AT_ONCE = 64;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore places = new Semaphore(AT_ONCE);
    private final Tokens tokens;
    private final int maxBodyBytes;

    /** Answers one kind of request. May block; runs on a virtual thread. */
    @FunctionalInterface
    interface Endpoint {
        Answer answer(Request request) throws InterruptedException;
    }

    Endpoints(Tokens tokens, int maxBodyBytes) {
        this.tokens = tokens;
        this.maxBodyBytes = maxBodyBytes;
    }

    /** Serves a route to whoever presents an administrator's token. */
    void serve(Route route, Endpoint endpoint) {
        BodyHandler bodies = BodyHandler.create(false).setBodyLimit(maxBodyBytes);
        route.handler(context -> readBody(context, bodies))
                .handler(context -> onThread(context, () -> authorised(context, endpoint)));
    }

    /** Serves a route to anybody. */
    void serveOpen(Route route, Endpoint endpoint) {
        route.handler(BodyHandler.create(false).setBodyLimit(64 << 10))
                .handler(context ->
                        onThread(context, () -> endpoint.answer(new Request(context, "anybody"))));
    }

    /** Whether a request carries a good token. Blocks. */
    Optional<Tokens.Granted> granted(RoutingContext context) {
        return bearer(context).flatMap(tokens::admin);
    }

    /** Runs work on a virtual thread; nothing but {@code work} answers. */
    void detached(Runnable work) {
        threads.execute(work);
    }

    private Answer authorised(RoutingContext context, Endpoint endpoint)
            throws InterruptedException {
        Optional<Tokens.Granted> granted = granted(context);
        return granted.isEmpty()
                ? unauthorized()
                : endpoint.answer(new Request(context, "token:" + granted.get().id()));
    }

    /** Refuses before the body is read; whether the token is good is looked up later. */
    private static void readBody(RoutingContext context, BodyHandler bodies) {
        if (bearer(context).isPresent()) {
            bodies.handle(context);
        } else {
            send(context, unauthorized());
        }
    }

    private static Optional<String> bearer(RoutingContext context) {
        String header = context.request().getHeader(HttpHeaders.AUTHORIZATION);
        return header != null && header.regionMatches(true, 0, "Bearer ", 0, 7)
                ? Optional.of(header.substring(7).strip())
                : Optional.empty();
    }

    static Answer unauthorized() {
        return Answer.problem(
                new Answer.Failure(
                        401,
                        "FW-A001",
                        "Token missing or not good",
                        "Send `Authorization: Bearer TOKEN`; the first token is in admin.token in"
                                + " the gateway's state directory."));
    }

    @FunctionalInterface
    private interface Work {
        Answer answer() throws InterruptedException;
    }

    private void onThread(RoutingContext context, Work work) {
        if (!places.tryAcquire()) {
            send(
                    context,
                    Answer.problem(
                            new Answer.Failure(
                                    503,
                                    "FW-A005",
                                    "Too many requests at once",
                                    AT_ONCE + " are being answered; try again.")));
            return;
        }
        Context mine = context.vertx().getOrCreateContext();
        threads.execute(() -> {
            Answer answer;
            try {
                answer = guarded(context, work);
            } finally {
                places.release();
            }
            mine.runOnContext(ignored -> send(context, answer));
        });
    }

    private static Answer guarded(RoutingContext context, Work work) {
        try {
            return work.answer();
        } catch (RefusedRequest refused) {
            return refused.answer();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return Answer.problem(
                    new Answer.Failure(
                            503, "FW-A006", "Gateway stops", "The gateway is shutting down."));
        } catch (RuntimeException failed) {
            LOG.atError()
                    .addKeyValue("method", context.request().method())
                    .addKeyValue("path", context.request().path())
                    .setCause(failed)
                    .log("request failed");
            return Answer.problem(
                    new Answer.Failure(
                            500,
                            "FW-A500",
                            "Gateway failure",
                            "The gateway's log says what happened; nothing was changed by halves."));
        }
    }

    /** Answers what the router itself refuses: no such path, wrong method, body too large. */
    static void refused(RoutingContext context) {
        int status = context.statusCode() < 400 ? 500 : context.statusCode();
        String title =
                switch (status) {
                    case 404 -> "Not found";
                    case 405 -> "Method not allowed";
                    case 413 -> "Body too large";
                    default -> "Request refused";
                };
        if (status >= 500) {
            LOG.atError()
                    .addKeyValue("path", context.request().path())
                    .setCause(context.failure())
                    .log("request failed");
        }
        String code = status >= 500 ? "FW-A500" : "FW-A" + status;
        send(
                context,
                Answer.problem(
                        new Answer.Failure(
                                status,
                                code,
                                title,
                                context.request().method() + " " + context.request().path())));
    }

    static void send(RoutingContext context, Answer answer) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (answer.status() == 401) {
            response.putHeader("WWW-Authenticate", "Bearer realm=\"fleetwall\"");
        }
        response.setStatusCode(answer.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, answer.contentType())
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("X-Content-Type-Options", "nosniff")
                .end(answer.body().toBuffer().appendString("\n"));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
