package io.fleetwall.gateway.store;

import io.fleetwall.gateway.config.GatewayConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway's store, embedded or shared. Calls block, so they belong on virtual threads.
 *
 * <p>One writes at a time: SQLite and the turns of {@link PostgresqlEngine} have it so anyway, and
 * waiting here in order is fairer than their locks. Readers never wait for the writer.
 */
public final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    /** Reads are short (an index look-up); four at a time keep two cores busy. */
    private static final int READERS = 4;

    /**
     * A store that starts together with its gateways is there by then; start-up probes wait longer.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Engine engine;

    /** Leases and outcomes of some targets at once. */
    private static final int ASIDE = 2;

    private final Lane writer;
    private final Lane aside;
    private final Lane readers;

    private Database(Engine engine) {
        this.engine = engine;
        this.writer = new Lane(engine, engine.beginWrite(), 1);
        this.aside =
                switch (engine) {
                    case SqliteEngine one -> writer;
                    case PostgresqlEngine many -> new Lane(many, many.beginAside(), ASIDE);
                };
        this.readers = new Lane(engine, engine.beginRead(), READERS);
    }

    /** Opens the store of the settings; {@code embedded} is the file where it is embedded. */
    public static Database open(GatewayConfig.Store store, Path embedded) {
        return switch (store) {
            case GatewayConfig.Store.Embedded() -> open(embedded);
            case GatewayConfig.Store.Postgresql shared -> open(new PostgresqlEngine(shared));
        };
    }

    /** Opens the file, creates it when there is none, and brings its tables up to date. */
    public static Database open(Path file) {
        return open(new SqliteEngine(file));
    }

    private static Database open(Engine engine) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!migrated(engine, deadline)) {
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        LOG.atInfo().addKeyValue("store", engine.place()).log("store open");
        return new Database(engine);
    }

    /** Whether the tables are up to date; false where the store is away and may come. */
    private static boolean migrated(Engine engine, long deadline) {
        try {
            migrate(engine);
            return true;
        } catch (FlywayException failed) {
            StoreException why = new StoreException("open " + engine.place(), failed);
            if (!why.isAway() || System.nanoTime() - deadline > 0) {
                throw why;
            }
            LOG.atWarn()
                    .addKeyValue("store", engine.place())
                    .addKeyValue("problem", failed.getMessage())
                    .log("store not reached; trying again");
            return false;
        }
    }

    /** Reads a consistent state; changes nothing. */
    public <T> T read(Function<Transaction, T> work) {
        return readers.transact(work);
    }

    /** Does the work as one transaction, durable when this returns. */
    public <T> T write(Function<Transaction, T> work) {
        return writer.transact(work);
    }

    /**
     * Does the work as one durable transaction that takes no turn: for rows that are leased, which
     * nobody else changes while their lease lasts. Others may write at the same time.
     */
    public <T> T writeAside(Function<Transaction, T> work) {
        return aside.transact(work);
    }

    /** Whether a read succeeds now. */
    public boolean usable() {
        try {
            return read(transaction ->
                            transaction.first("SELECT 1 AS one", row -> row.number("one")))
                    .isPresent();
        } catch (StoreException failed) {
            return false;
        }
    }

    @Override
    public void close() {
        writer.close();
        if (aside != writer) {
            aside.close();
        }
        readers.close();
        LOG.atDebug().addKeyValue("store", engine.place()).log("store closed");
    }

    /** Gateways that start together migrate one after the other: Flyway locks. */
    private static void migrate(Engine engine) {
        Flyway.configure()
                .dataSource(engine.source())
                .locations("classpath:db/migration", "classpath:db/" + engine.migrations())
                .placeholders(Map.of("identity", engine.identity()))
                .outOfOrder(true)
                .load()
                .migrate();
    }
}
