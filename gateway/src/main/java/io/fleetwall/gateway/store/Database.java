package io.fleetwall.gateway.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The embedded store: SQLite in WAL mode with a synced commit. Calls block, so they belong on
 * virtual threads.
 *
 * <p>One connection writes: SQLite has one writer at a time anyway, and waiting for it here in
 * order is fairer than its busy loop. Readers never wait for the writer (WAL).
 */
public final class Database implements AutoCloseable {
    /** Reads are short (an index look-up); four at a time keep two cores busy. */
    private static final int READERS = 4;

    /** Another process on the same file (a second gateway here) may hold the lock so long. */
    private static final int BUSY_MILLIS = 10_000;

    /**
     * Connections of one kind. Transactions are begun in SQL: with auto-commit off the driver
     * begins the next one right after a commit, and so would hold the write lock for ever.
     */
    private record Lane(BlockingQueue<Connection> pool, String begin) {}

    private final Lane writers = new Lane(new ArrayBlockingQueue<>(1, true), "BEGIN IMMEDIATE");
    private final Lane readers = new Lane(new ArrayBlockingQueue<>(READERS, true), "BEGIN");
    private final List<Connection> all = new ArrayList<>();

    private Database(SQLiteDataSource source) throws SQLException {
        writers.pool().add(connect(source));
        for (int i = 0; i < READERS; i++) {
            readers.pool().add(connect(source));
        }
    }

    /** Opens the file, creates it when there is none, and brings its tables up to date. */
    public static Database open(Path file) {
        try {
            SQLiteDataSource source = source(file);
            migrate(source);
            return new Database(source);
        } catch (SQLException failed) {
            throw new StoreException("open " + file, failed);
        }
    }

    /** Reads a consistent state; changes nothing. */
    public <T> T read(Function<Transaction, T> work) {
        return on(readers, work);
    }

    /** Does the work as one transaction, durable when this returns. */
    public <T> T write(Function<Transaction, T> work) {
        return on(writers, work);
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
        takeAll(writers.pool(), 1);
        takeAll(readers.pool(), READERS);
        for (Connection connection : all) {
            try {
                connection.close();
            } catch (SQLException failed) {
                throw new StoreException("close", failed);
            }
        }
        all.clear();
    }

    private static void takeAll(BlockingQueue<Connection> pool, int size) {
        try {
            for (int i = 0; i < size; i++) {
                if (pool.poll(2, TimeUnit.SECONDS) == null) {
                    return;
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static <T> T on(Lane lane, Function<Transaction, T> work) {
        Connection connection;
        try {
            connection = lane.pool().poll(BUSY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StoreException("wait for a connection", interrupted);
        }
        if (connection == null) {
            throw new StoreException(
                    "wait for a connection",
                    new SQLException("none within " + BUSY_MILLIS + " ms"));
        }
        try {
            return transact(lane, connection, work);
        } finally {
            lane.pool().add(connection);
        }
    }

    private static <T> T transact(Lane lane, Connection connection, Function<Transaction, T> work) {
        try {
            run(connection, lane.begin());
            try {
                T result = work.apply(new Transaction(connection));
                run(connection, "COMMIT");
                return result;
            } catch (RuntimeException | SQLException failed) {
                run(connection, "ROLLBACK");
                throw failed;
            }
        } catch (SQLException failed) {
            throw new StoreException("transaction", failed);
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Connection connect(SQLiteDataSource source) throws SQLException {
        Connection connection = source.getConnection();
        all.add(connection);
        return connection;
    }

    private static SQLiteDataSource source(Path file) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_MILLIS);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
        return source;
    }

    private static void migrate(SQLiteDataSource source) {
        Flyway.configure()
                .dataSource(source)
                .locations("classpath:db/migration")
                .placeholders(Map.of("identity", "INTEGER PRIMARY KEY AUTOINCREMENT"))
                .load()
                .migrate();
    }
}
