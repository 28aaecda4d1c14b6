package io.fleetwall.gateway.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded number of connections of one purpose. Whoever waits is served in order; a connection
 * that broke is replaced, so that a restarted server is found again.
 *
 * <p>Transactions are begun in SQL: with auto-commit off SQLite's driver begins the next one right
 * after a commit, and so would hold the write lock for ever.
 */
final class Lane implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
    private static final int WAIT_MILLIS = 10_000;

    /** A connection unused for so long is asked whether it still lives; one round trip. */
    private static final long STALE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final int ASK_SECONDS = 2;
    private final Engine engine;
    private final DataSource source;
    private final String begin;
    private final int size;
    private final Semaphore free;
    private final Deque<Idle> idle = new ArrayDeque<>();

    private record Idle(Connection connection, long sinceNanos) {}

    Lane(Engine engine, String begin, int size) {
        this.engine = engine;
        this.source = engine.source();
        this.begin = begin;
        this.size = size;
        this.free = new Semaphore(size, true);
    }

    <T> T transact(Function<Transaction, T> work) {
        acquire();
        try {
            Connection connection = connection();
            try {
                T result = work.apply(new Transaction(connection, engine));
                run(connection, "COMMIT");
                keep(connection);
                return result;
            } catch (RuntimeException | Error failed) {
                abandon(connection);
                throw failed;
            } catch (SQLException failed) {
                abandon(connection);
                throw new StoreException("commit", failed);
            }
        } finally {
            free.release();
        }
    }

    private void acquire() {
        try {
            if (!free.tryAcquire(WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new StoreException(
                        "wait for a connection",
                        new SQLException("none within " + WAIT_MILLIS + " ms"));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StoreException("wait for a connection", interrupted);
        }
    }

    /** A connection with a begun transaction: a kept one that still works, or a new one. */
    private Connection connection() {
        for (Idle kept = poll(); kept != null; kept = poll()) {
            try {
                boolean fresh = System.nanoTime() - kept.sinceNanos() < STALE_NANOS;
                if (fresh || kept.connection().isValid(ASK_SECONDS)) {
                    run(kept.connection(), begin);
                    return kept.connection();
                }
                discard(kept.connection());
            } catch (SQLException broken) {
                if (rolledBack(kept.connection())) {
                    keep(kept.connection());
                    throw new StoreException("begin", broken);
                }
                discard(kept.connection());
            }
        }
        return fresh();
    }

    private @Nullable Idle poll() {
        synchronized (idle) {
            return idle.pollFirst();
        }
    }

    private Connection fresh() {
        try {
            Connection connection = source.getConnection();
            try {
                run(connection, begin);
                return connection;
            } catch (SQLException failed) {
                discard(connection);
                throw failed;
            }
        } catch (SQLException failed) {
            throw new StoreException("connect to " + engine.place(), failed);
        }
    }

    private void keep(Connection connection) {
        synchronized (idle) {
            idle.addFirst(new Idle(connection, System.nanoTime()));
        }
    }

    private void abandon(Connection connection) {
        if (rolledBack(connection)) {
            keep(connection);
        } else {
            discard(connection);
        }
    }

    /** Whether the connection can be used again. */
    private static boolean rolledBack(Connection connection) {
        try {
            run(connection, "ROLLBACK");
            return true;
        } catch (SQLException broken) {
            LOG.atWarn()
                    .addKeyValue("cause", broken.getMessage())
                    .log("store connection broken; making another one");
            return false;
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void discard(Connection connection) {
        try {
            connection.close();
        } catch (SQLException failed) {
            LOG.atDebug().setCause(failed).log("a broken connection did not close");
        }
    }

    private void drop() {
        synchronized (idle) {
            idle.forEach(kept -> discard(kept.connection()));
            idle.clear();
        }
    }

    @Override
    public void close() {
        boolean quiet = false;
        try {
            quiet = free.tryAcquire(size, 2, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (!quiet) {
            LOG.atWarn().log("store closed while it was in use");
        }
        drop();
    }
}
