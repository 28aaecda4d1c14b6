package io.fleetwall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.bpf.DataPlane;
import io.fleetwall.bpf.DataPlaneConfig;
import io.fleetwall.laboratory.process.Quickest;
import io.fleetwall.node.config.NodeConfig;
import io.fleetwall.node.enforce.DnsRedirect;
import io.fleetwall.node.fleet.Await;
import io.fleetwall.node.fleet.JobHook;
import io.fleetwall.node.fleet.TestAuthority;
import io.fleetwall.node.fleet.TestFleet;
import io.fleetwall.node.fleet.TestGateway;
import io.fleetwall.node.fleet.TestNetwork;
import io.fleetwall.node.redirect.Nftables;
import io.fleetwall.node.redirect.RedirectRules;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.EventBatch;
import io.fleetwall.protocol.message.Heartbeat;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.Refused;
import io.fleetwall.protocol.message.ScopeChanged;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole agent against a real kernel, a real TLS gateway, real sockets of a runner. */
class AgentTest {
    private static final String START =
            "{\"op\":\"start\",\"runner\":\"r\",\"organization\":\"acme\",\"repository\":\"acme/api\","
                    + "\"workflow\":\"build.yml\",\"job\":\"build\",\"ref\":\"refs/heads/main\","
                    + "\"runId\":\"17\",\"attempt\":1,\"actor\":\"alice\"}";

    private final Path directory;
    private final TestFleet fleet;
    private final TestAuthority authority;
    private final TestGateway gateway;
    private final TestNetwork network;
    private final NodeConfig config;
    private Vertx vertx;
    private Agent agent;

    @SuppressWarnings("NullAway.Init") // the agent starts before each test
    AgentTest(@TempDir Path place) throws Exception {
        directory = place;
        fleet = new TestFleet();
        authority = new TestAuthority();
        gateway = new TestGateway(authority, fleet);
        network = TestNetwork.create(8);
        Path token = Files.writeString(place.resolve("token"), "the-token\n");
        config = config(gateway.start(), authority.fingerprint(), token);
    }

    private NodeConfig config(int port, String fingerprint, Path token) {
        return new NodeConfig(
                "node-1",
                new NodeConfig.Gateway(
                        URI.create("https://127.0.0.1:" + port), fingerprint, Optional.of(token)),
                directory.resolve("state"),
                Path.of("/sys/fs/bpf/fleetwall-agent"),
                new NodeConfig.JobSocket(
                        directory.resolve("run/job.sock"), Set.of(0L), Duration.ofSeconds(10)),
                List.of(
                        new NodeConfig.Runner(
                                "r",
                                network.host(),
                                NodeConfig.Direction.INGRESS,
                                Set.of("linux"))),
                new NodeConfig.Dns(5353, List.of(loopback(5300)), true),
                loopback(7171),
                4 << 20);
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @BeforeEach
    void start() throws Exception {
        vertx =
                Vertx.vertx(
                        new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
        agent = Agent.start(config, vertx);
    }

    @AfterEach
    void stop() throws Exception {
        close();
        try (DataPlane plane = DataPlane.open(new DataPlaneConfig(config.pins()))) {
            plane.uninstall();
        }
        DnsRedirect.remove();
        gateway.close();
        network.close();
    }

    @Test
    void it_enrols_once_says_hello_and_applies_what_is_desired() throws Exception {
        gateway.policies(scope -> Optional.of(fleet.sign(3, scope, "mode: enforce")));
        awaitHeard(Hello.class, 1);
        Path identity = config.state().resolve("identity.json");
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(identity)));
        String first = Files.readString(identity);
        gateway.say(new Desired("r", fleet.sign(4, idle(), "mode: audit")));
        awaitApplied(4);
        gateway.say(new Desired("nobody", fleet.sign(4, idle(), "mode: audit")));
        Await.until(
                () ->
                        gateway.heard(Refused.class).stream()
                                .anyMatch(r -> r.code().equals("FW-N001")),
                () -> gateway.heard().toString());
        awaitHeard(Heartbeat.class, 2);
        restart();
        awaitHeard(Hello.class, 2);
        Hello again = gateway.heard(Hello.class).getLast();
        assertEquals(4, again.runners().getFirst().revision(), "restored before the link");
        assertNotEquals(gateway.heard(Hello.class).getFirst().boot(), again.boot());
        assertEquals(first, Files.readString(identity));
    }

    @Test
    void a_job_starts_only_under_its_own_policy_and_ends_under_the_idle_one() throws Exception {
        gateway.policies(scope ->
                Optional.of(
                        fleet.sign(
                                1,
                                scope,
                                scope.job().isPresent()
                                        ? "allow:\n  - cidr: 10.0.8.1/32\n    ports: [7171]"
                                        : "mode: enforce")));
        awaitApplied(1);
        JsonObject started = ask(START);
        assertTrue(started.getBoolean("ok"), started::encode);
        assertEquals(1L, started.getLong("revision"));
        ScopeChanged changed = gateway.heard(ScopeChanged.class).getFirst();
        assertEquals("acme/api", changed.scope().job().orElseThrow().repository());
        JsonObject status = ask("{\"op\":\"status\",\"runner\":\"r\"}");
        assertEquals("build", status.getString("job"));
        assertEquals(started.getString("digest"), status.getString("digest"));
        JsonObject again = ask(START.replace("\"17\"", "\"18\""));
        assertTrue(again.getBoolean("ok"), "a second run of the same job: " + again);
        JsonObject finished = ask("{\"op\":\"finish\",\"runner\":\"r\"}");
        assertTrue(finished.getBoolean("ok"), finished::encode);
        assertNotEquals(started.getString("digest"), finished.getString("digest"));
        Await.until(
                () -> kinds().containsAll(List.of(EventKind.JOB_STARTED, EventKind.JOB_FINISHED)),
                () -> events().toString());
    }

    @Test
    void a_job_without_a_policy_does_not_start() throws Exception {
        gateway.policies(scope ->
                scope.job().isPresent()
                        ? Optional.empty()
                        : Optional.of(fleet.sign(1, scope, "mode: enforce")));
        awaitApplied(1);
        JsonObject refused = ask(START);
        assertFalse(refused.getBoolean("ok"));
        assertEquals("FW-J004", refused.getString("code"));
        assertFalse(refused.getString("hint").isBlank());
        JsonObject status = ask("{\"op\":\"status\",\"runner\":\"r\"}");
        assertEquals(1L, status.getLong("revision"), "the idle policy is still in force");
        assertEquals("", status.getString("job"));
    }

    @Test
    void without_a_gateway_a_kept_policy_of_exactly_this_scope_serves_and_no_other()
            throws Exception {
        gateway.policies(scope -> Optional.of(fleet.sign(1, scope, "mode: enforce")));
        awaitApplied(1);
        assertTrue(ask(START).getBoolean("ok"));
        assertTrue(ask("{\"op\":\"finish\",\"runner\":\"r\"}").getBoolean("ok"));
        gateway.stop();
        JsonObject kept = awaitUnlinked(START.replace("\"17\"", "\"18\""));
        assertTrue(kept.getBoolean("ok"), kept::encode);
        assertTrue(ask("{\"op\":\"finish\",\"runner\":\"r\"}").getBoolean("ok"));
        JsonObject other = ask(START.replace("\"build\"", "\"deploy\""));
        assertEquals("FW-J006", other.getString("code"), other::encode);
        gateway.start();
        awaitHeard(Hello.class, 2);
        assertTrue(ask(START.replace("\"build\"", "\"deploy\"")).getBoolean("ok"));
    }

    @Test
    void a_blocked_connection_fails_at_once_and_is_told_with_rule_and_job() throws Exception {
        gateway.policies(
                scope -> Optional.of(fleet.sign(9, scope, "deny:\n  - cidr: 10.0.8.1/32\n")));
        awaitApplied(9);
        assertTrue(ask(START).getBoolean("ok"));
        Quickest.isBelow(Duration.ofSeconds(1), this::refused);
        Await.until(() -> kinds().contains(EventKind.FLOW_DENIED), () -> events().toString());
        Event denied =
                events().stream()
                        .filter(e -> e.kind() == EventKind.FLOW_DENIED)
                        .findFirst()
                        .orElseThrow();
        assertEquals("node-1", denied.node());
        assertEquals("r", denied.runner());
        assertEquals("17", denied.job().orElseThrow().runId());
        assertEquals("10.0.8.1", denied.destination().orElseThrow().address());
        assertEquals(7171, denied.destination().orElseThrow().port());
        var judgement = denied.judgement().orElseThrow();
        assertEquals("denied-by-rule", judgement.reason());
        assertEquals(Mode.ENFORCE, judgement.mode());
        assertEquals(9, judgement.revision());
        assertEquals("test.yaml", judgement.file());
        assertTrue(judgement.line() > 0 && judgement.rule().contains("10.0.8.1"), denied::toString);
    }

    /** How long it takes to be told no. */
    private Duration refused() throws IOException {
        long before = System.nanoTime();
        var said = network.inside("bash", "-c", "exec 3<>/dev/tcp/10.0.8.1/7171");
        assertTrue(said.text().contains("refused"), said::text);
        return Duration.ofNanos(System.nanoTime() - before);
    }

    @Test
    void runners_reach_the_proxy_on_any_port_53_and_nothing_else_of_the_node() throws Exception {
        gateway.policies(scope -> Optional.of(fleet.sign(1, scope, "default: allow")));
        awaitApplied(1);
        for (String server : List.of("10.0.8.1", "198.51.100.53", "fd00:8::1", "2001:db8::53")) {
            for (String transport : List.of("+notcp", "+tcp")) {
                var said =
                        network.inside(
                                "dig",
                                transport,
                                "+time=10",
                                "+tries=1",
                                "@" + server,
                                "version.bind",
                                "CH",
                                "TXT");
                assertTrue(said.text().contains("status: "), () -> server + ": " + said.text());
            }
        }
        for (String target : List.of("10.0.8.1/7171", "10.0.8.1/22", "127.0.0.1/7171")) {
            var said = network.inside("timeout", "1", "bash", "-c", "exec 3<>/dev/tcp/" + target);
            assertNotEquals(0, said.status(), target);
        }
        Nftables.apply(RedirectRules.remove());
        Await.until(AgentTest::installed, () -> "the redirect is not back");
    }

    private static boolean installed() {
        try {
            return !Nftables.listing().isEmpty();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void events_wait_on_disk_until_they_are_acknowledged() throws Exception {
        gateway.acknowledging(TestGateway.Acknowledge.NEVER);
        gateway.policies(scope -> Optional.of(fleet.sign(1, scope, "mode: enforce")));
        awaitApplied(1);
        assertTrue(ask(START).getBoolean("ok"));
        Await.until(() -> kinds().contains(EventKind.JOB_STARTED), () -> events().toString());
        EventBatch first = gateway.heard(EventBatch.class).getFirst();
        restart();
        Await.until(
                () ->
                        gateway.heard(EventBatch.class).stream()
                                .skip(1)
                                .anyMatch(b -> b.boot().equals(first.boot())),
                () -> gateway.heard(EventBatch.class).toString());
        Event again =
                gateway.heard(EventBatch.class).stream()
                        .skip(1)
                        .filter(b -> b.boot().equals(first.boot()))
                        .findFirst()
                        .orElseThrow()
                        .events()
                        .getFirst();
        assertEquals(first.events().getFirst(), again, "the same id, the same words");
    }

    @Test
    void garbage_on_the_link_breaks_the_connection_and_nothing_else() throws Exception {
        gateway.policies(scope -> Optional.of(fleet.sign(1, scope, "mode: enforce")));
        awaitApplied(1);
        gateway.raw(new byte[] {1, (byte) 200, 3});
        awaitHeard(Hello.class, 2);
        assertEquals(1, gateway.heard(Hello.class).getLast().runners().getFirst().revision());
    }

    private void restart() throws Exception {
        close();
        start();
    }

    private void close() throws Exception {
        agent.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private Scope idle() {
        return gateway.heard(Hello.class).getFirst().runners().getFirst().scope();
    }

    private void awaitApplied(long revision) {
        Await.until(
                () -> gateway.heard(Applied.class).stream().anyMatch(a -> a.revision() == revision),
                () -> gateway.heard().toString());
    }

    private void awaitHeard(
            Class<? extends io.fleetwall.protocol.message.NodeMessage> kind, int count) {
        Await.until(() -> gateway.heard(kind).size() >= count, () -> gateway.heard().toString());
    }

    /** Asks once the agent has noticed that the gateway is gone. */
    private JsonObject awaitUnlinked(String request) throws Exception {
        Await.until(() -> !health().getBoolean("linked"), () -> health().encode());
        return ask(request);
    }

    private JsonObject health() {
        try (var in = URI.create("http://127.0.0.1:7171/health").toURL().openStream()) {
            return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<Event> events() {
        return gateway.heard(EventBatch.class).stream().flatMap(b -> b.events().stream()).toList();
    }

    private List<EventKind> kinds() {
        return events().stream().map(Event::kind).toList();
    }

    private JsonObject ask(String line) throws IOException {
        return new JobHook(config.job().path()).ask(line);
    }
}
