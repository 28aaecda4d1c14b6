package io.fleetwall.gateway.store;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.config.Secret;
import io.fleetwall.laboratory.postgres.PostgresServer;

/** Every kind of store a gateway can have, empty. One server for all tests of this JVM. */
public enum Stores {
    SQLITE,
    POSTGRESQL;

    private static final class Server {
        static final PostgresServer RUNNING = PostgresServer.start();
    }

    public GatewayConfig.Store fresh() {
        return switch (this) {
            case SQLITE -> new GatewayConfig.Store.Embedded();
            case POSTGRESQL -> postgresql();
        };
    }

    public static GatewayConfig.Store.Postgresql postgresql() {
        return new GatewayConfig.Store.Postgresql(
                Server.RUNNING.database(), "fleetwall", new Secret(""));
    }

    /** For tests that look into a store behind its back or take it away. */
    public static PostgresServer server() {
        return Server.RUNNING;
    }
}
