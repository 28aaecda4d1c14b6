package io.fleetwall.gateway.store;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.config.Secret;
import io.fleetwall.laboratory.postgres.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway may start before its store does. */
final class LateStoreTest {
    @TempDir Path directory;

    private Database open(String url) {
        return Database.open(
                new GatewayConfig.Store.Postgresql(url, "fleetwall", new Secret("")),
                directory.resolve("unused"));
    }

    @Test
    void aStoreThatIsAwayIsWaitedFor() throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            String url = server.database();
            server.crash();
            CompletableFuture<Database> opening = CompletableFuture.supplyAsync(() -> open(url));
            assertThrows(TimeoutException.class, () -> opening.get(1_500, TimeUnit.MILLISECONDS));
            assertFalse(opening.isDone(), "it goes on trying");
            server.restart();
            try (Database database = opening.get(50, TimeUnit.SECONDS)) {
                assertTrue(database.usable());
            }
        }
    }

    @Test
    void aStoreThatIsThereAndRefusesIsNotWaitedFor() {
        try (PostgresServer server = PostgresServer.start()) {
            String url = server.database().replace("/test_", "/nobody_");
            long from = System.nanoTime();
            StoreException refused = assertThrows(StoreException.class, () -> open(url));
            assertFalse(refused.isAway(), refused::getMessage);
            assertTrue(System.nanoTime() - from < Duration.ofSeconds(20).toNanos());
        }
    }
}
