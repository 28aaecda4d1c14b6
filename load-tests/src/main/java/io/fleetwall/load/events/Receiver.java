package io.fleetwall.load.events;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Receives webhooks on loopback; what is in them is looked at afterwards. */
final class Receiver implements AutoCloseable {
    private static final int ACCEPTED = 204;
    private static final int FAILED = 500;
    private static final int LATER = 429;
    private static final long SLOW_MILLIS = 3_000;

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
    private final List<Request> requests = new ArrayList<>();
    private final AtomicInteger count = new AtomicInteger();
    private final int port;
    private volatile Mood mood = Mood.WELL;
    private HttpServer server;

    /** One request, when it had come whole. */
    private record Request(String path, long nanos, Buffer body) {}

    Receiver() {
        server = listen(0);
        port = server.actualPort();
    }

    private void received(HttpServerRequest request, Buffer body) {
        switch (mood) {
            case WELL -> {
                keep(request, body);
                request.response().setStatusCode(ACCEPTED).end();
            }
            case FAILING -> request.response().setStatusCode(FAILED).end();
            case BUSY ->
                    request.response().setStatusCode(LATER).putHeader("Retry-After", "1").end();
            case SLOW -> {
                keep(request, body);
                vertx.setTimer(
                        SLOW_MILLIS, timer -> request.response().setStatusCode(ACCEPTED).end());
            }
            case DROPPING -> {
                keep(request, body);
                request.connection().close();
            }
        }
    }

    private void keep(HttpServerRequest request, Buffer body) {
        synchronized (requests) {
            requests.add(new Request(String.valueOf(request.path()), System.nanoTime(), body));
        }
        count.incrementAndGet();
    }

    /** From now on. */
    void be(Mood other) {
        mood = other;
    }

    /** Refuses connections until {@link #open}. */
    void shut() {
        server.close().toCompletionStage().toCompletableFuture().join();
    }

    /** Listens again on the same port. */
    void open() {
        server = listen(port);
    }

    private HttpServer listen(int on) {
        return vertx.createHttpServer()
                .requestHandler(
                        request -> request.body().onSuccess(body -> received(request, body)))
                .listen(on, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    int port() {
        return port;
    }

    int count() {
        return count.get();
    }

    void forget() {
        synchronized (requests) {
            requests.clear();
            count.set(0);
        }
    }

    /** An event that came, and when. */
    record Arrival(long nanos, JsonObject event) {}

    /** Every event that came to a path, in the order they came. */
    List<Arrival> arrivals(String path) {
        return arrivals(requests(path));
    }

    /** The same, and they are forgotten. */
    List<Arrival> take(String path) {
        synchronized (requests) {
            List<Request> all = requests(path);
            requests.removeIf(request -> request.path().equals(path));
            return arrivals(all);
        }
    }

    private List<Request> requests(String path) {
        synchronized (requests) {
            return requests.stream().filter(request -> request.path().equals(path)).toList();
        }
    }

    private static List<Arrival> arrivals(List<Request> requests) {
        List<Arrival> arrivals = new ArrayList<>();
        for (Request request : requests) {
            each(
                    Json.decodeValue(request.body()),
                    one -> arrivals.add(new Arrival(request.nanos(), one.getJsonObject("data"))));
        }
        return arrivals;
    }

    private static void each(Object body, Consumer<JsonObject> reader) {
        if (body instanceof JsonArray several) {
            several.forEach(one -> reader.accept((JsonObject) one));
        } else {
            reader.accept((JsonObject) body);
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
