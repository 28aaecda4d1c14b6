package io.fleetwall.load.dns;

import io.fleetwall.laboratory.process.Await;
import io.fleetwall.laboratory.process.ChildProcess;
import io.fleetwall.laboratory.process.JavaCommand;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.HexFormat;

/** A gateway with one policy, so that the node under measurement is a whole one. */
final class Gateway implements AutoCloseable {
    private static final URI API = URI.create("http://127.0.0.1:7070/api/v1/");
    private static final int HEAP_MEGABYTES = 256;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ChildProcess child;
    private final Path directory;
    private final Path policies;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Gateway(ChildProcess child, Path directory) {
        this.child = child;
        this.directory = directory;
        policies = directory.resolve("policies");
    }

    /** Starts one on one core, with the policy of port 443. */
    static Gateway start(Path home, Path directory, int core) throws IOException {
        Files.createDirectories(directory.resolve("policies"));
        Path config = directory.resolve("gateway.yaml");
        Files.writeString(
                config,
                """
                gateway: {name: bench}
                state: {directory: "%s"}
                policies: {directory: "%s"}
                """
                        .formatted(directory.resolve("gateway"), directory.resolve("policies")));
        Path jar = home.resolve("gateway/target/gateway-0.1.0-SNAPSHOT.jar");
        Gateway gateway =
                new Gateway(
                        ChildProcess.daemon(
                                "gateway",
                                directory.resolve("gateway.log"),
                                Field.pinned(
                                        core,
                                        JavaCommand.ofJar(jar, HEAP_MEGABYTES)
                                                .with("--config", config.toString()))),
                        directory);
        gateway.publish(443);
        Await.orFail("the gateway's start", PATIENCE, gateway::ready);
        return gateway;
    }

    /** Saves the policy with this port: 10,000 hosts, a wildcard, and the proxy itself. */
    void publish(int port) throws IOException {
        StringBuilder yaml =
                new StringBuilder(
                        """
                        apiVersion: fleetwall.io/v1
                        kind: EgressPolicy
                        metadata: { name: bench }
                        spec:
                          allow:
                            - host: "*.miss.bench.example"
                            - cidr: %s/32
                              ports: [%d/udp]
                        """
                                .formatted(Field.NODE, RunnerNodes.DNS_PORT));
        for (int i = 0; i < Questions.NAMES; i++) {
            yaml.append("    - host: ").append(Questions.name(i));
            yaml.append("\n      ports: [").append(port).append("/tcp]\n");
        }
        Path fresh = directory.resolve("bench.yaml.tmp");
        Files.writeString(fresh, yaml);
        Files.move(
                fresh,
                policies.resolve("bench.yaml"),
                java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    /** A token for one node. */
    String token() throws IOException {
        String answer =
                send(
                        request("enrolment-tokens")
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString("{\"uses\":1,\"ttlSeconds\":60}")));
        return new JsonObject(answer).getString("token");
    }

    /** The revision the runner has in force; 0 before the first. */
    long applied() {
        try {
            for (Object each : new JsonObject(send(request("runners"))).getJsonArray("runners")) {
                JsonObject runner = (JsonObject) each;
                if ("in-force".equals(runner.getString("state"))) {
                    return runner.getJsonObject("applied").getLong("revision");
                }
            }
            return 0;
        } catch (IOException _) {
            return 0;
        }
    }

    /** SHA-256 of the fleet CA's certificate. */
    String fingerprint() throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(directory.resolve("gateway/ca.pem"))) {
            byte[] certificate =
                    CertificateFactory.getInstance("X.509").generateCertificate(in).getEncoded();
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate));
        }
    }

    private boolean ready() {
        child.mustLive();
        try {
            return Files.exists(directory.resolve("gateway/admin.token"))
                    && !send(request("health/ready")).isEmpty();
        } catch (IOException _) {
            return false;
        }
    }

    private HttpRequest.Builder request(String path) throws IOException {
        String token = Files.readString(directory.resolve("gateway/admin.token")).strip();
        return HttpRequest.newBuilder(API.resolve(path)).header("Authorization", "Bearer " + token);
    }

    private String send(HttpRequest.Builder request) throws IOException {
        try {
            var response = http.send(request.build(), BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new IOException("gateway: " + response.statusCode() + response.body());
            }
            return response.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        child.close();
    }
}
