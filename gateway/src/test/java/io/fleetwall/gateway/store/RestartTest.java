package io.fleetwall.gateway.store;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.config.Secret;
import io.fleetwall.laboratory.postgres.PostgresServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class RestartTest {
    @Test
    void aStoreThatCrashedAndCameBackIsUsedAgain() {
        try (PostgresServer server = PostgresServer.start()) {
            var store =
                    new GatewayConfig.Store.Postgresql(
                            server.database(), "fleetwall", new Secret(""));
            try (Database database = Database.open(store, Path.of("unused"))) {
                assertTrue(database.usable());
                server.crash();
                assertFalse(database.usable());
                server.restart();
                assertTrue(database.usable());
                assertTrue(
                        database.write(transaction ->
                                transaction.update("UPDATE policy_head SET revision = 1"))
                                == 1);
            }
        }
    }
}
