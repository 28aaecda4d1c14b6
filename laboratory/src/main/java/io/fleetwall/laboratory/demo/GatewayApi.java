package io.fleetwall.laboratory.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** As much of the gateway's API as the demo watches it by. */
final class GatewayApi implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ObjectMapper json = new ObjectMapper();
    private final URI base;
    private final Path tokenFile;

    GatewayApi(URI base, Path tokenFile) {
        this.base = base;
        this.tokenFile = tokenFile;
    }

    /** Whether it answers and is ready. */
    boolean ready() {
        return Files.exists(tokenFile) && get("health/ready").isPresent();
    }

    /** What it answers; empty when it does not, or not with 2xx. */
    Optional<JsonNode> get(String path) {
        return send(request(path).GET());
    }

    /** What it answers to a body; a refusal is the end of the demo. */
    JsonNode post(String path, JsonNode body) {
        return send(request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString())))
                .orElseThrow(() -> new IllegalStateException("the gateway refuses " + path));
    }

    /** An empty JSON object to fill. */
    ObjectNode object() {
        return json.createObjectNode();
    }

    /** What the gateway says of a runner; empty when it does not know it. */
    Optional<JsonNode> runner(String name) {
        return get("runners")
                .flatMap(answer -> {
                    for (JsonNode runner : answer.path("runners")) {
                        if (runner.path("runner").asText().equals(name)) {
                            return Optional.of(runner);
                        }
                    }
                    return Optional.empty();
                });
    }

    /** The running revision; 0 before the first. */
    long head() {
        return get("policies/revisions/head").map(a -> a.path("revision").asLong()).orElse(0L);
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.resolve("/api/v1/" + path)).timeout(PATIENCE);
        try {
            return request.header("Authorization", "Bearer " + Files.readString(tokenFile).strip());
        } catch (IOException e) {
            return request;
        }
    }

    private Optional<JsonNode> send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response =
                    http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return response.statusCode() / 100 == 2
                    ? Optional.of(json.readTree(response.body()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
