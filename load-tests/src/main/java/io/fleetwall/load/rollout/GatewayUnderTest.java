package io.fleetwall.load.rollout;

import io.fleetwall.laboratory.process.Await;
import io.fleetwall.laboratory.process.ChildProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The gateway as it is shipped, started by its launcher, with default settings but for names. */
final class GatewayUnderTest implements AutoCloseable {
    static final int LINK_PORT = 7443;

    private static final String API = "http://127.0.0.1:7070/api/v1/";
    private static final Duration START = Duration.ofMinutes(1);
    private static final int ACCEPTED = 2;
    private static final int TOO_MANY = 429;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Path state;
    private final ChildProcess child;

    private GatewayUnderTest(Path state, ChildProcess child) {
        this.state = state;
        this.child = child;
    }

    static GatewayUnderTest start(Path directory, List<String> names) throws IOException {
        Path config = directory.resolve("gateway.yaml");
        Path state = directory.resolve("gateway");
        Files.writeString(
                config,
                """
                gateway: {name: bench}
                state: {directory: "%s"}
                link: {names: %s}
                """
                        .formatted(state, names));
        String launcher = Path.of(System.getProperty("fleetwall.home"), "fleetwall").toString();
        GatewayUnderTest gateway =
                new GatewayUnderTest(
                        state,
                        ChildProcess.daemon(
                                "gateway",
                                directory.resolve("gateway.log"),
                                List.of(launcher, "gateway", "--config", config.toString())));
        Await.orFail("the gateway's start", START, gateway::answers);
        return gateway;
    }

    private boolean answers() {
        child.mustLive();
        try {
            return Files.exists(state.resolve("admin.token"))
                    && send(request("policies/revisions").GET()).statusCode() == 200;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    Path state() {
        return state;
    }

    Meter meter() {
        return new Meter(child.process().pid());
    }

    /** Publishes a round's policies; returns the revision. */
    long publish(int round) {
        return post("policies:publish", PolicyTexts.proposal(round)).getLong("revision");
    }

    /** An enrolment token for the real nodes. */
    String token() {
        return post("enrolment-tokens", new JsonObject().put("uses", 100).put("ttlSeconds", 3600))
                .getString("token");
    }

    /** SHA-256 of the fleet CA's certificate. */
    String fingerprint() {
        try {
            byte[] der = ClientCertificates.der(state.resolve("ca.pem"));
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    JsonObject rollout(long revision) {
        return new JsonObject(send(request("rollouts/" + revision).GET()).body());
    }

    JsonObject runners() {
        return new JsonObject(send(request("runners").GET()).body());
    }

    private JsonObject post(String path, JsonObject body) {
        HttpResponse<String> answer =
                send(
                        request(path)
                                .header("content-type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body.encode())));
        if (answer.statusCode() / 100 != ACCEPTED) {
            throw new IllegalStateException(path + ": " + answer.statusCode() + answer.body());
        }
        return new JsonObject(answer.body());
    }

    private HttpRequest.Builder request(String path) {
        try {
            String token = Files.readString(state.resolve("admin.token")).strip();
            return HttpRequest.newBuilder(URI.create(API + path))
                    .header("authorization", "Bearer " + token);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer =
                    http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            while (answer.statusCode() == TOO_MANY) {
                long seconds = answer.headers().firstValueAsLong("retry-after").orElse(1);
                TimeUnit.SECONDS.sleep(seconds);
                answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.close();
        child.close();
    }
}
