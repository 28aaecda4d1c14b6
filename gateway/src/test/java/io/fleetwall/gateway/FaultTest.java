package io.fleetwall.gateway;

import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_NPM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real gateways and a real PostgreSQL that die, come back and lose sight of each other. */
final class FaultTest {
    private static final int NODES = 6;
    @TempDir Path directory;
    private final FaultLedger ledger = new FaultLedger();
    private final AtomicInteger numbers = new AtomicInteger();
    private final List<ClusterNode> nodes = new ArrayList<>();

    // Set before each test, which NullAway does not know of.
    @SuppressWarnings("NullAway.Init")
    private GatewayCluster cluster;

    @SuppressWarnings("NullAway.Init")
    private Vertx vertx;

    @BeforeEach
    void start() throws Exception {
        cluster = new GatewayCluster(directory);
        vertx = Vertx.vertx();
        startAll();
        for (int i = 0; i < NODES; i++) {
            nodes.add(new ClusterNode(vertx, enrol("node-" + i), ledger));
        }
    }

    @AfterEach
    void stop() {
        TestNode.await(vertx.close());
        cluster.close();
    }

    private void startAll() {
        for (int i = 0; i < GatewayCluster.SIZE; i++) {
            cluster.start(i);
        }
        for (int i = 0; i < GatewayCluster.SIZE; i++) {
            cluster.awaitReady(i);
        }
    }

    private TestNode.Credentials enrol(String node) {
        JsonObject grant = new JsonObject().put("node", node);
        String token =
                cluster.ask(0, "POST", "/api/v1/enrolment-tokens", grant.encode())
                        .orElseThrow()
                        .getString("token");
        String ca = cluster.ask(0, "GET", "/api/v1/identity", "").orElseThrow().getString("ca");
        var place = new TestNode.Place(GatewayCluster.address(0), 7443, ca);
        return TestNode.enrol(place, token, node);
    }

    /** What is answered counts; whether anything came of the rest is open. */
    private Optional<Long> publish(int gateway) {
        String host = "h" + numbers.incrementAndGet() + ".example.com";
        String policy = ALLOW_NPM.replace("registry.npmjs.org", host);
        JsonObject body = GatewayUnderTest.publication(Map.of("acme.yaml", policy));
        Optional<Long> revision =
                cluster.ask(gateway, "POST", "/api/v1/policies:publish", body.encode())
                        .map(answer -> answer.getLong("revision"));
        revision.ifPresent(number -> ledger.published(number, policy));
        return revision;
    }

    private void converge(int gateway) {
        long head = publish(gateway).orElseThrow();
        Eventually.holds(
                "every node has revision " + head,
                () -> nodes.stream().allMatch(node -> node.revision() >= head));
    }

    private void members(int gateway, int number) {
        Eventually.holds(
                "gateway " + gateway + " sees " + number, () -> cluster.members(gateway) == number);
    }

    @Test
    void whateverFailsRevisionsGoForwardAndNothingAcknowledgedIsLost() throws Exception {
        converge(0);
        aGatewayDiesWhileOthersPublish();
        theStoreDiesAndComesBack();
        allDieAndComeBack();
        oneLosesSightOfTheOthers();
        converge(1);
        assertEquals(List.of(), ledger.broken());
        assertTrue(ledger.published().size() > 10, ledger.published().toString());
        ledger.published().forEach(this::isStored);
        Set<UUID> missing = new HashSet<>(ledger.acknowledged());
        List<String> stored = cluster.rows("SELECT id FROM event WHERE kind = 'loss'");
        assertEquals(stored.size(), Set.copyOf(stored).size(), "an event is stored twice");
        missing.removeAll(stored.stream().map(UUID::fromString).collect(Collectors.toSet()));
        assertEquals(Set.of(), missing);
        assertTrue(ledger.acknowledged().size() > 100, "too few events to prove anything");
    }

    private void isStored(long revision, String policy) {
        JsonObject stored =
                cluster.ask(2, "GET", "/api/v1/policies/revisions/" + revision, "").orElseThrow();
        assertEquals(policy, stored.getJsonArray("files").getJsonObject(0).getString("text"));
    }

    private void aGatewayDiesWhileOthersPublish() throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        AtomicInteger done = new AtomicInteger();
        try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
            Future<?> publishing =
                    pool.submit(() -> {
                        for (int i = 0; !enough.get(); i++) {
                            publish(i % GatewayCluster.SIZE).ifPresent(r -> done.incrementAndGet());
                        }
                    });
            Eventually.holds("some are published", () -> done.get() >= 3);
            cluster.kill(0);
            int before = done.get();
            Eventually.holds("more are published", () -> done.get() >= before + 4);
            enough.set(true);
            publishing.get();
        }
        converge(1);
        cluster.start(0);
        cluster.awaitReady(0);
        members(0, GatewayCluster.SIZE);
        assertEquals(List.of(), cluster.rows("SELECT body FROM event WHERE kind = 'node.lost'"));
        assertEquals(NODES, cluster.rows("SELECT id FROM event WHERE kind = 'node.joined'").size());
    }

    private void theStoreDiesAndComesBack() {
        cluster.store().crash();
        assertEquals(Optional.empty(), publish(1), "a publish without a store");
        for (int i = 0; i < GatewayCluster.SIZE; i++) {
            assertEquals(0, cluster.members(i), "a gateway is ready without a store");
        }
        cluster.store().restart();
        Eventually.holds("it is found again", () -> publish(1).isPresent());
        converge(2);
    }

    private void allDieAndComeBack() {
        for (int i = 0; i < GatewayCluster.SIZE; i++) {
            cluster.kill(i);
        }
        startAll();
        converge(0);
    }

    private void oneLosesSightOfTheOthers() {
        members(1, GatewayCluster.SIZE);
        cluster.part();
        members(0, 1);
        members(1, GatewayCluster.SIZE - 1);
        converge(0);
        converge(1);
        converge(0);
        cluster.heal();
        members(0, GatewayCluster.SIZE);
        members(1, GatewayCluster.SIZE);
        converge(0);
    }
}
