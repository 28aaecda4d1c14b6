package io.fleetwall.gateway.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetwall.gateway.event.EventLog;
import io.fleetwall.gateway.event.OwnEvents;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.event.UuidV7;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.RunnerReport;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
final class RolloutVerticleTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong looks = new AtomicLong();
    private final Rollouts rollouts =
            new Rollouts(() -> {
                looks.incrementAndGet();
                return nanos.get();
            });
    private final Fleet fleet = new Fleet(InstantSource.system(), rollouts);
    private Database database;

    @BeforeEach
    void open(@TempDir Path directory) {
        database = Database.open(directory.resolve("fleetwall.db"));
        Scope scope = new Scope(new TreeSet<>(List.of("linux")), Optional.empty());
        var runner = new RunnerReport("a", "veth0", scope, 0, Digest.NONE);
        fleet.hello(new Hello(1, "n", UUID.randomUUID(), "0.9", "6.18", List.of(runner)));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void deploy(Vertx vertx) throws Exception {
        InstantSource clock = InstantSource.system();
        EventLog log = new EventLog(database, vertx.eventBus(), clock, (tx, event) -> {});
        var speaker = new OwnEvents.Speaker("g", UUID.randomUUID(), clock);
        OwnEvents events = new OwnEvents(log, database, new UuidV7(clock, new Random(1)), speaker);
        var manner = new RolloutVerticle.Manner(PATIENCE, clock);
        vertx.deployVerticle(
                        new RolloutVerticle(fleet, rollouts, events, manner),
                        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    private List<String> told() {
        return database.read(transaction ->
                transaction.list("SELECT kind FROM event ORDER BY entry", row -> row.text("kind")));
    }

    private void await(List<String> kinds) {
        until(() -> told().equals(kinds));
        assertEquals(kinds, told());
    }

    private static void until(BooleanSupplier there) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!there.getAsBoolean() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Test
    void aRunnerThatDoesNotAnswerStallsARolloutAndEndsItWhenItDoes(Vertx vertx) throws Exception {
        deploy(vertx);
        rollouts.begin(7, Instant.now());
        await(List.of("rollout.started"));
        nanos.addAndGet(PATIENCE.plusSeconds(1).toNanos());
        await(List.of("rollout.started", "rollout.stalled"));
        fleet.applied("n", new Applied("a", 7, Digest.NONE, Digest.NONE, 5));
        await(List.of("rollout.started", "rollout.stalled", "rollout.finished"));
    }

    @Test
    void theRevisionOfLongAgoThatAGatewayStartsWithIsNotToldAsOne(Vertx vertx) throws Exception {
        rollouts.begin(7, Instant.now().minus(Duration.ofHours(1)));
        deploy(vertx);
        until(() -> looks.get() >= 3);
        rollouts.begin(8, Instant.now());
        await(List.of("rollout.started"));
    }
}
