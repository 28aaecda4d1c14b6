package io.fleetwall.load.gateway;

import io.fleetwall.laboratory.process.Fingerprint;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A gateway's API on this machine, as its administrator. Waits where the gateway says that this
 * token asks too often (RFC 6585); whatever else is refused is an {@link UncheckedIOException}.
 *
 * @param state the gateway's state directory: its CA, the administrator's token
 */
public record GatewayApi(Path state, HttpClient http) implements AutoCloseable {
    private static final String API = "http://127.0.0.1:7070/api/v1/";
    private static final int TOO_MANY = 429;

    /** The gateway of a state directory, running or about to. */
    public GatewayApi(Path state) {
        this(state, HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
    }

    /** Whether it works. */
    public boolean ready() {
        if (!Files.exists(state.resolve("admin.token"))) {
            return false;
        }
        try {
            return !get("health/ready").isEmpty();
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    /** What it answers. */
    public JsonObject get(String path) {
        return send(request(path));
    }

    /** All elements of a list, of all its pages. */
    public List<JsonObject> all(String path, String list) {
        List<JsonObject> all = new ArrayList<>();
        String page = path;
        while (!page.isEmpty()) {
            JsonObject answer = get(page);
            answer.getJsonArray(list).forEach(element -> all.add((JsonObject) element));
            page = answer.getString("next", "").replaceFirst("^/api/v1/", "");
        }
        return all;
    }

    /** What it answers to a body. */
    public JsonObject post(String path, JsonObject body) {
        return post(path, body.encode());
    }

    /** What it answers to a body of JSON. */
    public JsonObject post(String path, String body) {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)));
    }

    /** A token that lets in so many nodes within so many seconds. */
    public String enrolmentToken(int uses, int seconds) {
        return post(
                        "enrolment-tokens",
                        new JsonObject().put("uses", uses).put("ttlSeconds", seconds))
                .getString("token");
    }

    /** SHA-256 of the fleet CA's certificate. */
    public String fingerprint() {
        return Fingerprint.of(state.resolve("ca.pem"));
    }

    private HttpRequest.Builder request(String path) {
        try {
            String token = Files.readString(state.resolve("admin.token")).strip();
            return HttpRequest.newBuilder(URI.create(API + path))
                    .header("Authorization", "Bearer " + token);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonObject send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
            while (answer.statusCode() == TOO_MANY) {
                TimeUnit.SECONDS.sleep(answer.headers().firstValueAsLong("Retry-After").orElse(1));
                answer = http.send(request.build(), BodyHandlers.ofString());
            }
            if (answer.statusCode() / 100 != 2) {
                throw new IOException("gateway: " + answer.statusCode() + " " + answer.body());
            }
            return new JsonObject(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
