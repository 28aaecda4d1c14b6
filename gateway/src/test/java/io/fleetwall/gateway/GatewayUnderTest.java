package io.fleetwall.gateway;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.config.ListenAddress;
import io.fleetwall.gateway.config.Network;
import io.fleetwall.gateway.config.Secret;
import io.fleetwall.gateway.identity.FleetAuthority;
import io.fleetwall.gateway.store.Stores;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A whole gateway on ports of the kernel's choice, and its operator. */
final class GatewayUnderTest implements AutoCloseable {
    static final String ALLOW_NPM =
            """
            apiVersion: fleetwall.io/v1
            kind: EgressPolicy
            metadata: { name: acme }
            spec:
              mode: enforce
              default: deny
              allow:
                - host: registry.npmjs.org
            """;
    static final String ALLOW_PYPI = ALLOW_NPM.replace("registry.npmjs.org", "pypi.org");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path state;
    private final RunningGateway gateway;

    private GatewayUnderTest(GatewayConfig config) {
        this.state = config.state();
        this.gateway = RunningGateway.start(config);
    }

    static GatewayUnderTest start(Path state) {
        return start(state, config -> config);
    }

    static GatewayUnderTest start(Path state, UnaryOperator<GatewayConfig> change) {
        return new GatewayUnderTest(change.apply(defaults(state)));
    }

    /** On an empty store of this kind. */
    static GatewayUnderTest start(Path state, Stores stores) {
        GatewayConfig.Store store = stores.fresh();
        return start(state, config -> on(config, store));
    }

    private static GatewayConfig defaults(Path state) {
        ListenAddress any = new ListenAddress("127.0.0.1", 0);
        return new GatewayConfig(
                "gateway-1",
                state,
                new GatewayConfig.Store.Embedded(),
                new GatewayConfig.Api(
                        any,
                        Optional.empty(),
                        1 << 20,
                        new GatewayConfig.Access(Optional.empty(), 1_000_000)),
                new GatewayConfig.Link(
                        any,
                        List.of(),
                        Duration.ofSeconds(1),
                        Duration.ofMillis(500),
                        32,
                        certificates(Duration.ofDays(1))),
                new GatewayConfig.Policies(Optional.empty(), Duration.ofMillis(15)),
                alone("test-" + state.getFileName(), any),
                new GatewayConfig.Events(
                        Duration.ofDays(30), Optional.of(GatewayConfig.Baseline.USUAL)),
                new GatewayConfig.Webhooks(List.of(), Duration.ofSeconds(30), List.of()));
    }

    /** Nodes' of this life, and a listener's of the usual one. */
    static GatewayConfig.Certificates certificates(Duration life) {
        return new GatewayConfig.Certificates(life, FleetAuthority.SERVER_LIFE);
    }

    static GatewayConfig.Cluster alone(String name, ListenAddress bind) {
        return new GatewayConfig.Cluster(name, bind, 0, GatewayConfig.Peers.NONE, Optional.empty());
    }

    /** The same settings but for this part of them, which is known by its type. */
    private static GatewayConfig with(GatewayConfig config, Object part) {
        return new GatewayConfig(
                config.name(),
                config.state(),
                part instanceof GatewayConfig.Store store ? store : config.store(),
                part instanceof GatewayConfig.Api api ? api : config.api(),
                part instanceof GatewayConfig.Link link ? link : config.link(),
                part instanceof GatewayConfig.Policies policies ? policies : config.policies(),
                part instanceof GatewayConfig.Cluster cluster ? cluster : config.cluster(),
                part instanceof GatewayConfig.Events events ? events : config.events(),
                part instanceof GatewayConfig.Webhooks webhooks ? webhooks : config.webhooks());
    }

    static GatewayConfig watching(GatewayConfig config, Path directory) {
        return with(
                config, new GatewayConfig.Policies(Optional.of(directory), Duration.ofMillis(15)));
    }

    static GatewayConfig alerting(GatewayConfig config, GatewayConfig.Webhooks webhooks) {
        return with(config, webhooks);
    }

    /** One that learns so. */
    static GatewayConfig learning(GatewayConfig config, GatewayConfig.Baseline baseline) {
        return with(
                config,
                new GatewayConfig.Events(config.events().retention(), Optional.of(baseline)));
    }

    /** With one target on loopback that gets these kinds. */
    static GatewayConfig telling(GatewayConfig config, int port, String... kinds) {
        var target =
                new GatewayConfig.Target(
                        "tool",
                        GatewayConfig.Format.GENERIC,
                        new Secret("http://127.0.0.1:" + port + "/"),
                        Optional.empty(),
                        Set.of(kinds));
        return alerting(
                config,
                new GatewayConfig.Webhooks(
                        List.of(Network.parse("127.0.0.0/8").orElseThrow()),
                        Duration.ofSeconds(30),
                        List.of(target)));
    }

    /** A gateway of several on a shared store, with a state directory of its own. */
    static GatewayConfig clustered(GatewayConfig config, Member member) {
        return new GatewayConfig(
                member.name(),
                config.state().resolve(member.name()),
                member.store(),
                config.api(),
                config.link(),
                config.policies(),
                new GatewayConfig.Cluster(
                        "test-cluster",
                        member.bind(),
                        0,
                        new GatewayConfig.Peers(
                                List.of("127.0.0.1:" + member.peer()), Optional.empty()),
                        Optional.of(SECRET)),
                config.events(),
                config.webhooks());
    }

    record Member(String name, GatewayConfig.Store store, ListenAddress bind, int peer) {}

    private static final Secret SECRET = new Secret("a secret of all gateways of this fleet");

    /** The same gateway on another store. */
    static GatewayConfig on(GatewayConfig config, GatewayConfig.Store store) {
        return with(config, store);
    }

    static GatewayConfig trusting(GatewayConfig config, GatewayConfig.Oidc provider) {
        return withApi(
                config,
                new GatewayConfig.Api(
                        config.api().listen(),
                        config.api().tls(),
                        config.api().maxBodyBytes(),
                        new GatewayConfig.Access(Optional.of(provider), 1_000_000)));
    }

    static GatewayConfig withApi(GatewayConfig config, GatewayConfig.Api api) {
        return with(config, api);
    }

    static GatewayConfig withLink(GatewayConfig config, GatewayConfig.Link link) {
        return with(config, link);
    }

    /** How often somebody was turned away for a reason, as Prometheus sees it. */
    Optional<Long> refused(String reason) {
        return Optional.ofNullable(samples().get("refused_total{reason=\"" + reason + "\"}"));
    }

    /** What a scrape shows, without the gateway's prefix. */
    Map<String, Long> samples() {
        String prefix = "fleetwall_gateway_";
        try {
            String page = http.send(request("/metrics").build(), BodyHandlers.ofString()).body();
            return page.lines()
                    .filter(line -> line.startsWith(prefix))
                    .map(line -> line.substring(prefix.length()).split(" ", 2))
                    .collect(Collectors.toMap(line -> line[0], line -> Long.parseLong(line[1])));
        } catch (IOException failed) {
            throw new AssertionError("no metrics", failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    record Response(int status, JsonObject body) {
        long revision() {
            return body.getLong("revision");
        }
    }

    Response get(String path) {
        return call(request(path).GET());
    }

    Response post(String path, JsonObject body) {
        return call(request(path).POST(BodyPublishers.ofString(body.encode())));
    }

    Response publish(String policy) {
        return post("/api/v1/policies:publish", publication(Map.of("acme.yaml", policy)));
    }

    static JsonObject publication(Map<String, String> files) {
        JsonArray array = new JsonArray();
        files.forEach(
                (path, text) -> array.add(new JsonObject().put("path", path).put("text", text)));
        return new JsonObject().put("message", "test").put("files", array);
    }

    long head() {
        return get("/api/v1/policies/revisions/head").revision();
    }

    Response call(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
            boolean json = answer.body().startsWith("{");
            return new Response(
                    answer.statusCode(), json ? new JsonObject(answer.body()) : new JsonObject());
        } catch (IOException failed) {
            throw new AssertionError("no answer", failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }

    HttpRequest.Builder request(String path) {
        return anonymous(path).header("Authorization", "Bearer " + token());
    }

    HttpRequest.Builder anonymous(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.apiPort() + path))
                .timeout(Duration.ofSeconds(60));
    }

    String token() {
        try {
            return Files.readString(state.resolve("admin.token")).strip();
        } catch (IOException missing) {
            throw new AssertionError("no admin.token", missing);
        }
    }

    String enrolmentToken(JsonObject grant) {
        Response response = post("/api/v1/enrolment-tokens", grant);
        if (response.status() != 201) {
            throw new AssertionError("no token: " + response);
        }
        return response.body().getString("token");
    }

    int apiPort() {
        return gateway.apiPort();
    }

    int linkPort() {
        return gateway.linkPort();
    }

    @Override
    public void close() {
        gateway.close();
    }
}
