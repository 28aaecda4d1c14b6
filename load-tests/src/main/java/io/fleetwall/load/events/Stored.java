package io.fleetwall.load.events;

import io.fleetwall.laboratory.postgres.PostgresServer;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where a gateway keeps its events.
 *
 * @param settings lines of its configuration; empty for the default
 * @param least events a second it has to take on two cores
 * @param server the database server's first process, if it has one
 */
record Stored(String name, String settings, int least, OptionalLong server) {
    private static final int POSTGRESQL = 20_000;
    private static final int SQLITE = 5_000;

    static Stored inPostgresql(PostgresServer server) {
        return inPostgresql(server, server.database());
    }

    static Stored inPostgresql(PostgresServer server, String url) {
        return new Stored(
                "PostgreSQL",
                """
                store: {type: postgresql, url: "%s", user: fleetwall}
                cluster: {secret: "a secret of one benchmark, not of a fleet"}
                """
                        .formatted(url.substring("jdbc:".length())),
                POSTGRESQL,
                OptionalLong.of(server.pid()));
    }

    static Stored inSqlite() {
        return new Stored("SQLite", "", SQLITE, OptionalLong.empty());
    }

    /** The file name of its logs. */
    String file() {
        return name.toLowerCase(Locale.ROOT);
    }

    /** CPU of the server and all its connections, if it is a server. */
    Optional<ServerCpu> cpu() {
        return server.isPresent()
                ? Optional.of(new ServerCpu(server.getAsLong()))
                : Optional.empty();
    }
}
