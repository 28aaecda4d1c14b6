package io.fleetwall.cli.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.ToolException;
import io.fleetwall.cli.text.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The gateway's API ({@code /api/v1}).
 *
 * <p>The token is a fleet's master key: it is read only from the environment or a file, and goes in
 * clear text to this machine itself and nowhere else.
 */
public final class GatewayClient implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** Longer than the longest wait that is asked of the gateway. */
    private static final Duration ANSWER = Duration.ofSeconds(90);

    private final HttpClient http;
    private final URI api;
    private final Optional<String> token;

    /** A client of the gateway that the surroundings name. */
    public GatewayClient(Surroundings surroundings) {
        api = surroundings.api();
        HttpClient.Builder client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT);
        surroundings
                .variable("FLEETWALL_CA")
                .map(Path::of)
                .ifPresent(file -> client.sslContext(TrustedAuthority.context(file)));
        http = client.build();
        token = surroundings.variable("FLEETWALL_TOKEN").or(() -> read(surroundings.tokenFile()));
        if (token.isPresent() && !"https".equals(api.getScheme()) && !isLoopback(api)) {
            throw new ToolException(
                    ExitCode.USAGE,
                    "the token is not sent in clear text to " + api,
                    "use https://, or a tunnel to the gateway's machine");
        }
    }

    /** What the gateway answers to {@code GET}. */
    public JsonNode get(String path) {
        return send(request(path).GET());
    }

    /** Hands on a list's elements, page by page, while somebody wants more. */
    public void each(String path, String list, Predicate<JsonNode> wantsMore) {
        String page = path;
        while (!page.isEmpty()) {
            JsonNode answer = get(page);
            for (JsonNode element : answer.path(list)) {
                if (!wantsMore.test(element)) {
                    return;
                }
            }
            page = next(answer);
        }
    }

    /** What to get for the page after an answer; empty after the last one. */
    public static String next(JsonNode answer) {
        return answer.path("next").asText("").replaceFirst("^/api/v1/", "");
    }

    /** A whole list, of all its pages, under its name. */
    public ObjectNode all(String path, String list) {
        ObjectNode all = Json.object();
        ArrayNode elements = all.putArray(list);
        each(path, list, element -> elements.add(element) != null);
        return all;
    }

    /** What the gateway answers to {@code POST}. */
    public JsonNode post(String path, JsonNode body) {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(Json.line(body))));
    }

    /** What the gateway answers to {@code DELETE}. */
    public JsonNode delete(String path) {
        return send(request(path).DELETE());
    }

    /** A text as one segment of a path. */
    public static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * The lines of a server-sent event stream, until the gateway ends it; close the stream.
     *
     * @param lastEventId where an earlier stream ended, empty for from now on
     */
    public Stream<String> stream(String path, String lastEventId) {
        HttpRequest.Builder request =
                request(path).timeout(Duration.ofDays(365)).header("Accept", "text/event-stream");
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpResponse<Stream<String>> response =
                exchange(request.GET().build(), HttpResponse.BodyHandlers.ofLines());
        if (response.statusCode() != 200) {
            try (Stream<String> lines = response.body()) {
                throw refused(response.statusCode(), lines.reduce("", String::concat));
            }
        }
        return response.body();
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(api.resolve("/api/v1/" + path)).timeout(ANSWER);
        token.ifPresent(value -> request.header("Authorization", "Bearer " + value));
        return request;
    }

    private JsonNode send(HttpRequest.Builder request) {
        HttpResponse<String> response =
                exchange(
                        request.build(),
                        HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        if (response.statusCode() / 100 != 2) {
            throw refused(response.statusCode(), response.body());
        }
        try {
            return Json.read(response.body());
        } catch (JsonProcessingException e) {
            throw new ToolException(
                    ExitCode.UNREACHABLE,
                    api + " answers, but not as a Fleetwall gateway does",
                    "check FLEETWALL_API");
        }
    }

    private <T> HttpResponse<T> exchange(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return http.send(request, handler);
        } catch (IOException | UncheckedIOException e) {
            throw new ToolException(
                    ExitCode.UNREACHABLE,
                    "cannot reach the gateway at " + api + ": " + reason(e),
                    "is it running (`./fleetwall gateway`)? FLEETWALL_API says where it is");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ToolException(ExitCode.UNREACHABLE, "interrupted", "");
        }
    }

    /** The client's own exceptions often have no message, only a cause that has one. */
    private static String reason(Throwable failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            String message = e.getMessage();
            if (message != null && !message.isEmpty()) {
                return message;
            }
        }
        return failure instanceof java.net.ConnectException ? "connection refused" : "no answer";
    }

    private static GatewayRefusal refused(int status, String body) {
        try {
            return new GatewayRefusal(status, Json.read(body));
        } catch (JsonProcessingException e) {
            return new GatewayRefusal(status, Json.object());
        }
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new ToolException(
                    ExitCode.USAGE,
                    "cannot read the token in " + file + ": " + e.getMessage(),
                    "set FLEETWALL_TOKEN or FLEETWALL_TOKEN_FILE");
        }
    }

    private static boolean isLoopback(URI uri) {
        try {
            return InetAddress.getByName(uri.getHost()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
