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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A webhook receiver on loopback that remembers what it got. */
final class Receiver implements AutoCloseable {
    private final HttpServer server;
    private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
    private final AtomicInteger status = new AtomicInteger(200);
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

    private Receiver(HttpServer server) {
        this.server = server;
        server.createContext("/", this::receive);
        server.start();
    }

    static Receiver start(int port) {
        try {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            return new Receiver(HttpServer.create(address, 16));
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
        int answer = body.contains(refused.get()) ? 400 : status.get();
        if (answer == 200) {
            accepted.add(delivery);
        }
        if (answer == 302) {
            exchange.getResponseHeaders().add("Location", "http://127.0.0.1:" + port() + "/moved");
        }
        exchange.sendResponseHeaders(answer, -1);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
