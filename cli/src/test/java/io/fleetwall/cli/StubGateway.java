package io.fleetwall.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A gateway that answers what it was told to, and remembers what it was asked. */
public final class StubGateway implements AutoCloseable {
    /** One request as it came. */
    public record Asked(String line, String authorization, String body) {}

    private record Answer(int status, String body) {}

    private final HttpServer server;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    /** Listens on a free port of loopback. */
    public StubGateway() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /**
     * Answers a request line, for example {@code GET /api/v1/runners}, whatever its query; or, with
     * one, exactly that.
     */
    public StubGateway on(String line, int status, String body) {
        answers.put(line, new Answer(status, body));
        return this;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String query = exchange.getRequestURI().getQuery();
            String line = exchange.getRequestMethod() + " " + path;
            String whole = query == null ? line : line + "?" + query;
            asked.add(
                    new Asked(
                            whole,
                            String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8)));
            Answer answer =
                    answers.getOrDefault(
                            whole,
                            answers.getOrDefault(
                                    line, new Answer(404, "{\"title\":\"Not found\"}")));
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** The requests so far. */
    public List<Asked> asked() {
        return asked;
    }

    /** Runs a command against this gateway. */
    public Ran run(String... arguments) {
        return Ran.with(
                Map.of(
                        "FLEETWALL_API",
                        "http://127.0.0.1:" + server.getAddress().getPort(),
                        "FLEETWALL_TOKEN",
                        "fwt_secret"),
                arguments);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
