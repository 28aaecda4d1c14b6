package io.fleetwall.gateway;

import io.fleetwall.gateway.identity.FleetAuthority;
import io.fleetwall.gateway.identity.ServerIdentity;
import io.fleetwall.gateway.identity.StateDirectory;
import io.fleetwall.laboratory.fault.SmallDisk;
import io.fleetwall.laboratory.fault.WrongClock;
import io.fleetwall.laboratory.net.Namespace;
import io.fleetwall.laboratory.net.Veth;
import io.fleetwall.laboratory.postgres.PostgresServer;
import io.fleetwall.laboratory.process.ChildProcess;
import io.fleetwall.laboratory.process.JavaCommand;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Three gateways as processes, each in a network namespace of its own behind this one, and the
 * PostgreSQL they share.
 */
final class GatewayCluster implements AutoCloseable {
    static final int SIZE = 3;

    /** Three processes that start at once on a busy machine take their time. */
    static final Eventually.Patience LOOK =
            new Eventually.Patience(Duration.ofMillis(250), Duration.ofMinutes(3));

    private static final String STORE = "10.117.0.1";
    private final Path directory;
    private final PostgresServer store = storeHere();
    private final SmallDisk disk = SmallDisk.create();
    private final String url = store.database(disk.directory());
    private final FleetAuthority api;
    private final HttpClient http;
    private final List<Namespace> machines = new ArrayList<>();
    private final List<Optional<ChildProcess>> gateways = new ArrayList<>();

    GatewayCluster(Path directory) throws IOException, GeneralSecurityException {
        this.directory = directory;
        this.api =
                FleetAuthority.open(
                        StateDirectory.open(directory.resolve("api-ca")), InstantSource.system());
        this.http =
                HttpClient.newBuilder()
                        .sslContext(trusting(api.pem()))
                        .connectTimeout(Duration.ofSeconds(2))
                        .build();
        Files.writeString(directory.resolve("secret"), "a secret of all gateways of this fleet");
        for (int i = 0; i < SIZE; i++) {
            machines.add(machine(i));
            gateways.add(Optional.empty());
            settings(i);
        }
    }

    private static PostgresServer storeHere() {
        Namespace.own().ip("address", "add", STORE + "/32", "dev", "lo");
        Namespace.own().sysctl("ipv4/ip_forward", 1);
        return PostgresServer.start(STORE, List.of());
    }

    private static Namespace machine(int number) {
        Namespace machine = Namespace.create("gateway-" + number);
        String near = "10.117." + (number + 1) + ".1";
        Veth.connect(
                new Veth.End(Namespace.own(), "gateway-" + number, List.of(near + "/24")),
                new Veth.End(machine, "eth0", List.of(address(number) + "/24")));
        machine.ip("route", "add", "default", "via", near);
        return machine;
    }

    static String address(int number) {
        return "10.117." + (number + 1) + ".2";
    }

    private void settings(int number) throws IOException {
        ServerIdentity shown = api.server(List.of(address(number)));
        Files.writeString(directory.resolve(number + ".key"), shown.key());
        Files.writeString(directory.resolve(number + ".pem"), shown.chain());
        String others =
                IntStream.range(0, SIZE)
                        .filter(other -> other != number)
                        .mapToObj(other -> "\"" + address(other) + ":5701\"")
                        .collect(Collectors.joining(", "));
        Files.writeString(
                directory.resolve(number + ".yaml"),
                """
                gateway: { name: gateway-%1$d }
                state: { directory: "%2$s/state-%1$d" }
                store: { type: postgresql, url: "%3$s", user: fleetwall }
                api:
                  listen: "%4$s:7070"
                  requestsPerMinute: 100000
                  tls: { certificateFile: "%2$s/%1$d.pem", keyFile: "%2$s/%1$d.key" }
                link: { listen: "%4$s:7443", heartbeatMillis: 1000, lostAfterMillis: 8000 }
                cluster:
                  name: faults
                  bind: "%4$s:5701"
                  eventBusPort: 5702
                  members: [%5$s]
                  secretFile: "%2$s/secret"
                """
                        .formatted(number, directory, url, address(number), others));
    }

    /** Starts one; it may take a while until it answers. */
    void start(int number) {
        start(number, WrongClock.RIGHT);
    }

    /** The same on a machine with this clock. */
    void start(int number, WrongClock clock) {
        List<String> command =
                JavaCommand.ofClass(Gateway.class, 256)
                        .with("--config", directory.resolve(number + ".yaml").toString());
        gateways.set(
                number,
                Optional.of(
                        ChildProcess.daemon(
                                "gateway-" + number,
                                directory.resolve(number + ".log"),
                                machines.get(number).enter(clock.under(command)))));
    }

    void awaitReady(int number) {
        Eventually.holds(
                "gateway " + number + " is ready",
                LOOK,
                () -> {
                    gateways.get(number).orElseThrow().mustLive();
                    return ask(number, "GET", "/api/v1/health/ready", "").isPresent();
                });
    }

    /** As the kernel does when memory runs out. */
    void kill(int number) {
        gateways.get(number).orElseThrow().kill();
        gateways.set(number, Optional.empty());
    }

    PostgresServer store() {
        return store;
    }

    /** Where the store has its tables. */
    SmallDisk disk() {
        return disk;
    }

    /** Rows of the shared store. */
    List<String> rows(String sql) {
        String database = url.replaceAll(".*/|\\?.*", "");
        return store.sql(database, sql).lines().filter(line -> !line.isBlank()).toList();
    }

    /** The first gateway and the others hear nothing of each other; all of them reach the store. */
    void part() {
        separate("add");
    }

    void heal() {
        separate("delete");
    }

    private static void separate(String verb) {
        for (int other = 1; other < SIZE; other++) {
            for (int side = 0; side < 2; side++) {
                String from = address(side == 0 ? 0 : other);
                String to = address(side == 0 ? other : 0);
                Namespace.own().ip("rule", verb, "from", from, "to", to, "blackhole");
            }
        }
    }

    int members(int number) {
        return ask(number, "GET", "/api/v1/health/ready", "")
                .map(answer -> answer.getInteger("members"))
                .orElse(0);
    }

    /** The answer of a gateway; empty when there is none, or it is a refusal. */
    Optional<JsonObject> ask(int number, String method, String path, String body) {
        return send(number, method, path, body)
                .filter(answer -> answer.statusCode() < 300)
                .map(answer -> new JsonObject(answer.body()));
    }

    /** The code with which a gateway refuses; empty when it does not, or does not answer. */
    Optional<String> refusal(int number, String method, String path, String body) {
        return send(number, method, path, body)
                .filter(answer -> answer.statusCode() >= 400)
                .map(answer -> new JsonObject(answer.body()).getString("code"));
    }

    private Optional<HttpResponse<String>> send(
            int number, String method, String path, String body) {
        try {
            URI place = URI.create("https://" + address(number) + ":7070" + path);
            return Optional.of(
                    http.send(
                            HttpRequest.newBuilder(place)
                                    .timeout(Duration.ofSeconds(10))
                                    .header("Authorization", "Bearer " + token(number))
                                    .method(method, BodyPublishers.ofString(body))
                                    .build(),
                            BodyHandlers.ofString()));
        } catch (IOException noAnswer) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    private String token(int number) throws IOException {
        Path file = directory.resolve("state-" + number).resolve("admin.token");
        return Files.exists(file) ? Files.readString(file).strip() : "none-yet";
    }

    private static SSLContext trusting(String authority)
            throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "api",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(
                                        authority.getBytes(StandardCharsets.US_ASCII))));
        TrustManagerFactory managers =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    @Override
    public void close() {
        http.shutdownNow();
        gateways.forEach(gateway -> gateway.ifPresent(ChildProcess::kill));
        store.close();
        disk.close();
        Namespace.own().ip("address", "delete", STORE + "/32", "dev", "lo");
        machines.forEach(Namespace::close);
    }
}
