package io.fleetwall.laboratory.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes what the gateway posts as Slack would, and remembers when each message came. */
final class SlackReceiver implements AutoCloseable {
    private static final int LARGEST_BODY = 64 << 10;

    /** A message and when it came, by {@link System#nanoTime}. */
    record Posted(long nanos, String body) {
        /** What a notification would show of it. */
        String text() {
            try {
                return new ObjectMapper().readTree(body).path("text").asText();
            } catch (JsonProcessingException e) {
                return "not JSON: " + e.getOriginalMessage();
            }
        }
    }

    private final HttpServer server;
    private final List<Posted> posted = new CopyOnWriteArrayList<>();

    SlackReceiver() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("no port for the Slack receiver", e);
        }
        server.createContext("/", this::take);
        server.start();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY);
            posted.add(new Posted(System.nanoTime(), new String(body, StandardCharsets.UTF_8)));
            byte[] ok = "ok".getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, ok.length);
            exchange.getResponseBody().write(ok);
        }
    }

    URI url() {
        return URI.create(
                "http://127.0.0.1:" + server.getAddress().getPort() + "/services/T000/B000/demo");
    }

    /** The messages so far. */
    List<Posted> posted() {
        return posted;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
