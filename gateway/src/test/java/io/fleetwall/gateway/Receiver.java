package io.fleetwall.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/** A webhook receiver on loopback that remembers what it got. */
final class Receiver implements AutoCloseable {
    private final HttpServer server;
    private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
    private final AtomicInteger status = new AtomicInteger(200);
    private final Queue<Integer> first = new ConcurrentLinkedQueue<>();
    private final List<Delivery> accepted = new CopyOnWriteArrayList<>();
    private final AtomicReference<String> refused = new AtomicReference<>("\0");

    record Delivery(Map<String, List<String>> headers, String text) {
        String header(String name) {
            return headers.getOrDefault(name, List.of("")).getFirst();
        }

        JsonObject json() {
            return new JsonObject(text);
        }
    }

    private Receiver(HttpServer server, int... first) {
        this.server = server;
        IntStream.of(first).forEach(this.first::add);
        server.createContext("/", this::receive);
        server.start();
    }

    /** One that answers each of the first with another status, before the usual one. */
    static Receiver start(int port, int... first) {
        try {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            return new Receiver(HttpServer.create(address, 16), first);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    void answer(int next) {
        status.set(next);
    }

    /** Answers 400 to whatever holds this text. */
    void refuse(String text) {
        refused.set(text);
    }

    /** Those that were answered with 200. */
    List<Delivery> accepted() {
        return accepted;
    }

    List<Delivery> deliveries() {
        return deliveries;
    }

    private void receive(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Delivery delivery = new Delivery(Map.copyOf(exchange.getRequestHeaders()), body);
        deliveries.add(delivery);
        int answer = body.contains(refused.get()) ? 400 : next();
        if (answer == 200) {
            accepted.add(delivery);
        }
        if (answer == 302) {
            exchange.getResponseHeaders().add("Location", "http://127.0.0.1:" + port() + "/moved");
        }
        exchange.sendResponseHeaders(answer, -1);
        exchange.close();
    }

    private int next() {
        Integer before = first.poll();
        return before == null ? status.get() : before;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
