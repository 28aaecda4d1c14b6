package io.fleetwall.gateway;

import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_NPM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.laboratory.fault.WrongClock;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real gateways and a real PostgreSQL that die, come back and lose sight of each other. */
final class FaultTest {
    private static final int NODES = 6;
    private static final String PUBLISH = "/api/v1/policies:publish";
    private static final WrongClock AHEAD = new WrongClock(Duration.ofHours(1));
    private static final WrongClock BEHIND = new WrongClock(Duration.ofHours(-1));
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
        startAll(WrongClock.RIGHT, WrongClock.RIGHT);
        for (int i = 0; i < NODES; i++) {
            node("node-" + i, 0, InstantSource.system());
        }
    }

    @AfterEach
    void stop() {
        TestNode.await(vertx.close());
        cluster.close();
    }

    /** The first one's clock is right. */
    private void startAll(WrongClock second, WrongClock third) {
        cluster.start(0);
        cluster.start(1, second);
        cluster.start(2, third);
        for (int i = 0; i < GatewayCluster.SIZE; i++) {
            cluster.awaitReady(i);
        }
    }

    private void node(String name, int gateway, InstantSource clock) throws Exception {
        nodes.add(new ClusterNode(vertx, enrol(name, gateway), ledger, clock));
    }

    private TestNode.Credentials enrol(String node, int gateway) {
        JsonObject grant = new JsonObject().put("node", node);
        String token =
                cluster.ask(gateway, "POST", "/api/v1/enrolment-tokens", grant.encode())
                        .orElseThrow()
                        .getString("token");
        String ca =
                cluster.ask(gateway, "GET", "/api/v1/identity", "").orElseThrow().getString("ca");
        var place = new TestNode.Place(GatewayCluster.address(gateway), 7443, ca);
        return TestNode.enrol(place, token, node);
    }

    /** What is answered counts; whether anything came of the rest is open. */
    private Optional<Long> publish(int gateway) {
        String policy = policy();
        Optional<Long> revision =
                cluster.ask(gateway, "POST", PUBLISH, publication(policy))
                        .map(answer -> answer.getLong("revision"));
        revision.ifPresent(number -> ledger.published(number, policy));
        return revision;
    }

    private String policy() {
        String host = "h" + numbers.incrementAndGet() + ".example.com";
        return ALLOW_NPM.replace("registry.npmjs.org", host);
    }

    private static String publication(String policy) {
        return GatewayUnderTest.publication(Map.of("acme.yaml", policy)).encode();
    }

    private void converge(int gateway) {
        long head = publish(gateway).orElseThrow();
        Eventually.holds(
                "every node has revision " + head,
                GatewayCluster.LOOK,
                () -> nodes.stream().allMatch(node -> node.revision() >= head));
    }

    private void members(int gateway, int number) {
        Eventually.holds(
                "gateway " + gateway + " sees " + number,
                GatewayCluster.LOOK,
                () -> cluster.members(gateway) == number);
    }

    @Test
    void whateverFailsRevisionsGoForwardAndNothingAcknowledgedIsLost() throws Exception {
        converge(0);
        aGatewayDiesWhileOthersPublish();
        theStoreDiesAndComesBack();
        theStoresDiskIsFullAndHasRoomAgain();
        allDieAndComeBackWithClocksThatAreOff();
        oneLosesSightOfTheOthers();
        converge(1);
        assertEquals(List.of(), ledger.broken());
        assertTrue(ledger.published().size() > 10, ledger.published().toString());
        ledger.published().forEach(this::isStored);
        Set<UUID> missing = new HashSet<>(ledger.acknowledged());
        List<String> stored = cluster.rows("SELECT id FROM event WHERE kind = 'loss'");
        assertEquals(stored.size(), Set.copyOf(stored).size(), "an event is stored twice");
        eachRolloutIsToldOnce();
        missing.removeAll(stored.stream().map(UUID::fromString).collect(Collectors.toSet()));
        assertEquals(Set.of(), missing);
        assertTrue(ledger.acknowledged().size() > 100, "too few events to prove anything");
    }

    private void eachRolloutIsToldOnce() {
        long last = ledger.published().keySet().stream().mapToLong(r -> r).max().orElseThrow();
        String ends = "rollout.finished revision " + last;
        Eventually.holds("the last is told", () -> rollouts().contains(ends));
        List<String> told = rollouts();
        assertEquals(told.size(), Set.copyOf(told).size(), told::toString);
    }

    private List<String> rollouts() {
        return cluster.rows(
                "SELECT kind || ' ' || substring(body from 'revision [0-9]+') FROM event"
                        + " WHERE kind LIKE 'rollout.%'");
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

    private void theStoresDiskIsFullAndHasRoomAgain() {
        cluster.disk().fill();
        // What lies in half-filled pages finds its place for a while, and counts.
        Eventually.holds("a publish finds no room", () -> publish(1).isEmpty());
        Eventually.holds(
                "and is refused with the reason",
                () ->
                        cluster.refusal(1, "POST", PUBLISH, publication(policy()))
                                .filter("FW-A010"::equals)
                                .isPresent());
        for (int i = 0; i < GatewayCluster.SIZE; i++) {
            assertEquals(GatewayCluster.SIZE, cluster.members(i), "nodes still need gateways");
        }
        cluster.disk().clear();
        converge(1);
    }

    private void allDieAndComeBackWithClocksThatAreOff() throws Exception {
        for (int i = 0; i < GatewayCluster.SIZE; i++) {
            cluster.kill(i);
        }
        startAll(AHEAD, BEHIND);
        converge(0);
        String enrolledAhead = nameOfNodeThatFirstGoesTo(2);
        node(enrolledAhead, 1, InstantSource.offset(InstantSource.system(), AHEAD.ahead()));
        String enrolledBehind = nameOfNodeThatFirstGoesTo(1);
        node(enrolledBehind, 2, InstantSource.offset(InstantSource.system(), BEHIND.ahead()));
        for (int i = 0; i < 3 * GatewayCluster.SIZE; i++) {
            converge(i % GatewayCluster.SIZE);
        }
        Eventually.holds(
                "events have the node's time and the gateway's: two hours apart",
                () -> hoursOnTheWay(enrolledAhead) == -2 && hoursOnTheWay(enrolledBehind) == 2);
    }

    private static String nameOfNodeThatFirstGoesTo(int gateway) {
        return Stream.iterate(0, i -> i + 1)
                .map(i -> "late-" + i)
                .filter(name -> ClusterNode.firstGateway(name) == gateway)
                .findFirst()
                .orElseThrow();
    }

    private int hoursOnTheWay(String node) {
        List<String> hours =
                cluster.rows(
                        "SELECT DISTINCT round((received - at) / 3600000.0) FROM event"
                                + " WHERE kind = 'loss' AND origin = '"
                                + node
                                + "'");
        return hours.isEmpty() ? 0 : Integer.parseInt(hours.getFirst());
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
