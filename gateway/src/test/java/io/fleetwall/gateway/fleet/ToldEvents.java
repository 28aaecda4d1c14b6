package io.fleetwall.gateway.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetwall.gateway.event.EventLog;
import io.fleetwall.gateway.event.OwnEvents;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.protocol.event.UuidV7;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A gateway's own events in a real store, without a gateway. */
record ToldEvents(Database database, Vertx vertx) {
    OwnEvents by(String gateway) {
        InstantSource clock = InstantSource.system();
        EventLog log = new EventLog(database, vertx.eventBus(), clock, (tx, event) -> {});
        var speaker = new OwnEvents.Speaker(gateway, UUID.randomUUID(), clock);
        return new OwnEvents(log, database, new UuidV7(clock, new Random(1)), speaker);
    }

    String deploy(VerticleBase verticle) throws Exception {
        return vertx.deployVerticle(
                        verticle,
                        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }

    List<JsonObject> all() {
        return database.read(transaction ->
                transaction.list(
                        "SELECT body FROM event ORDER BY entry",
                        row -> new JsonObject(row.text("body"))));
    }

    List<String> kinds() {
        return all().stream().map(event -> event.getString("kind")).toList();
    }

    void await(List<String> kinds) {
        until(() -> kinds().equals(kinds));
        assertEquals(kinds, kinds());
    }

    static void until(BooleanSupplier there) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (!there.getAsBoolean() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(5_000_000);
        }
    }
}
