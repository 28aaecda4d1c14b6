package io.fleetwall.gateway;

import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_NPM;
import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_PYPI;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.RunnerReport;
import io.fleetwall.protocol.message.SignedPolicy;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of connections that want nothing good: nodes do not notice, memory stays bounded, and
 * each is turned away and counted.
 */
final class StormTest {
    /** How many connections are tried (load-tests/README.md). */
    private static final int ATTEMPTS = Integer.getInteger("fleetwall.attempts", 50_000);

    private static final List<String> REASONS = List.of("handshake", "slow", "full");
    private static final long HEAP = 128L << 20;
    private static final Duration A_NODES_PATIENCE = Duration.ofSeconds(15);

    private static final Eventually.Patience STORM =
            new Eventually.Patience(Duration.ofMillis(20), Duration.ofMinutes(5));
    @TempDir Path state;
    @AutoClose private GatewayUnderTest gateway;

    @BeforeEach
    void start() {
        gateway = GatewayUnderTest.start(state);
    }

    private static Hello hello(String node) {
        Scope scope = new Scope(new TreeSet<>(List.of("linux")), Optional.empty());
        return new Hello(
                1,
                node,
                UUID.randomUUID(),
                "test",
                "6.18",
                List.of(new RunnerReport("a", "veth", scope, 0, Digest.NONE)));
    }

    private static Applied applied(Desired desired) {
        SignedPolicy policy = desired.policy();
        return new Applied(desired.runner(), policy.revision(), policy.scope(), policy.policy(), 1);
    }

    private long turnedAway() {
        return REASONS.stream().mapToLong(reason -> gateway.refused(reason).orElse(0L)).sum();
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** A machine that is slow to make half of the storm may be as slow to let a node in. */
    private static Duration patience(Duration half) {
        Duration slow = half.multipliedBy(2);
        return slow.compareTo(A_NODES_PATIENCE) > 0 ? slow : A_NODES_PATIENCE;
    }

    @Test
    void aStormOfConnectionsKeepsNoNodeOutAndNoneWaiting() throws IOException {
        JsonObject figures = new JsonObject().put("attempts", ATTEMPTS);
        long began = System.nanoTime();
        gateway.publish(ALLOW_NPM);
        var first = TestNode.enrol(gateway, "first");
        var second = TestNode.enrol(gateway, "second");
        long before = heap();
        try (TestNode here = TestNode.connect(gateway, first);
                Storm storm = Storm.begin(gateway.linkPort(), ATTEMPTS)) {
            here.say(hello("first"));
            Thread beats = here.beat();
            here.say(applied(here.next(Desired.class)));
            Eventually.holds(
                    "the storm is at its height", STORM, () -> storm.tried() > ATTEMPTS / 2);
            Duration half = Duration.ofNanos(System.nanoTime() - began);
            long from = System.nanoTime();
            try (TestNode comes = TestNode.connect(gateway, second)) {
                comes.say(hello("second"));
                assertEquals(1, comes.next(Desired.class).policy().revision());
            }
            gateway.publish(ALLOW_PYPI);
            Desired latest = here.next(Desired.class);
            assertEquals(2, latest.policy().revision());
            here.say(applied(latest));
            Duration took = Duration.ofNanos(System.nanoTime() - from);
            assertTrue(took.compareTo(patience(half)) < 0, () -> took + " and " + half);
            figures.put("newNodeAndNewPolicyMillis", took.toMillis());
            Eventually.holds("the storm is over", STORM, () -> storm.tried() == ATTEMPTS);
            figures.put("seconds", Duration.ofNanos(System.nanoTime() - began).toSeconds());
            int taken = storm.connected();
            figures.put("connected", taken);
            assertTrue(taken > ATTEMPTS * 0.999, () -> taken + " of " + ATTEMPTS);
            assertFalse(here.isClosed());
            long grown = heap() - before;
            assertTrue(grown < HEAP, () -> grown + " bytes more of heap");
            figures.put("heapGrownBytes", grown);
            assertEquals(200, gateway.get("/api/v1/health/ready").status());
            gateway.publish(ALLOW_NPM);
            assertEquals(3, here.next(Desired.class).policy().revision(), "it serves after");
            beats.interrupt();
        }
        Eventually.holds("each is counted", () -> turnedAway() >= figures.getInteger("connected"));
        assertEquals(Optional.of(0L), gateway.refused("silent"));
        REASONS.forEach(reason -> figures.put(reason, gateway.refused(reason).orElse(0L)));
        Files.writeString(Path.of("target/storm.json"), figures.encodePrettily() + "\n");
    }
}
