package io.fleetwall.gateway.api;

import io.fleetwall.gateway.identity.Principal;
import io.fleetwall.gateway.identity.Role;
import io.fleetwall.gateway.store.StoreException;
import io.vertx.core.Context;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.Set;
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

    private static final Principal ANYBODY = new Principal("anybody", Role.VIEWER, Set.of());

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore places = new Semaphore(AT_ONCE);
    private final Gate gate;
    private final int maxBodyBytes;

    /** Answers one kind of request. May block; runs on a virtual thread. */
    @FunctionalInterface
    interface Endpoint {
        Answer answer(Request request) throws InterruptedException;
    }

    Endpoints(Gate gate, int maxBodyBytes) {
        this.gate = gate;
        this.maxBodyBytes = maxBodyBytes;
    }

    /** Serves an operation to those who may use it. */
    void serve(Router router, Operation operation, Endpoint endpoint) {
        if (operation.isOpen()) {
            serveOpen(operation.route(router), endpoint);
            return;
        }
        BodyHandler bodies = BodyHandler.create(false).setBodyLimit(maxBodyBytes);
        operation
                .route(router)
                .handler(context -> readBody(context, bodies))
                .handler(context ->
                        onThread(context, () -> authorised(context, operation, endpoint)));
    }

    /** Serves a route to anybody. */
    void serveOpen(Route route, Endpoint endpoint) {
        route.handler(BodyHandler.create(false).setBodyLimit(64 << 10))
                .handler(context ->
                        onThread(context, () -> named(new Request(context, ANYBODY), endpoint)));
    }

    /** Runs work on a virtual thread; nothing but {@code work} answers. */
    void detached(Runnable work) {
        threads.execute(work);
    }

    /** Whether a request may be answered. Blocks. */
    Gate.Decision decide(RoutingContext context, Operation operation) {
        return gate.decide(context, operation);
    }

    private Answer authorised(RoutingContext context, Operation operation, Endpoint endpoint)
            throws InterruptedException {
        return switch (gate.decide(context, operation)) {
            case Gate.Decision.Refused(var answer) -> answer;
            case Gate.Decision.Admitted(var who, var limits) ->
                    named(new Request(context, who), endpoint).with(limits);
        };
    }

    private static Answer named(Request request, Endpoint endpoint) throws InterruptedException {
        try {
            Answer answer = endpoint.answer(request);
            return request.isGet()
                    ? EntityTag.named(answer, request.header("If-None-Match"))
                    : answer;
        } catch (RefusedRequest refused) {
            return refused.answer();
        }
    }

    /** Refuses before the body is read; whether the token is good is looked up later. */
    private void readBody(RoutingContext context, BodyHandler bodies) {
        if (Gate.bearer(context).isPresent()) {
            bodies.handle(context);
        } else {
            send(context, gate.noToken());
        }
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
            if (failed instanceof StoreException store && store.isFull()) {
                return noRoom();
            }
            return Answer.problem(
                    new Answer.Failure(
                            500,
                            "FW-A500",
                            "Gateway failure",
                            "The gateway's log says what happened; nothing was changed by halves."));
        }
    }

    private static Answer noRoom() {
        return Answer.problem(
                        new Answer.Failure(
                                503,
                                "FW-A010",
                                "No room in the store",
                                "The disk of the gateway's store is full; nothing was changed."
                                        + " Make room: it goes on by itself."))
                .with("Retry-After", "10");
    }

    /**
     * Answers what the router itself refuses; who is gone before the end of a request is nothing.
     */
    static void guard(Router router) {
        for (int status : List.of(400, 404, 405, 413, 415, 500)) {
            router.errorHandler(status, Endpoints::refused);
        }
        router.route()
                .failureHandler(context -> {
                    if (!(context.failure() instanceof HttpClosedException)) {
                        context.next();
                    }
                });
    }

    /** No such path, wrong method, body too large. */
    private static void refused(RoutingContext context) {
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
        response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        answer.headers().forEach(response::putHeader);
        if (!answer.contentType().isEmpty()) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, answer.contentType());
        }
        response.setStatusCode(answer.status())
                .putHeader("X-Content-Type-Options", "nosniff")
                .end(answer.bytes());
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
