package io.fleetwall.gateway.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Statements that take effect together or not at all. Only valid while the work it was given to.
 */
public final class Transaction {
    private static final int ROWS_AT_A_TIME = 256;
    private final Connection connection;
    private final Engine engine;

    Transaction(Connection connection, Engine engine) {
        this.connection = connection;
        this.engine = engine;
    }

    /** Changes rows; returns how many. */
    public int update(String sql, Object... arguments) {
        try (PreparedStatement statement = prepare(sql, arguments)) {
            return statement.executeUpdate();
        } catch (SQLException failed) {
            throw new StoreException(sql, failed);
        }
    }

    /**
     * Adds many rows of texts (or their bytes in UTF-8) and whole numbers to a table, the fastest
     * way the store has.
     */
    public void insert(String table, List<String> columns, List<List<Object>> values) {
        if (values.isEmpty()) {
            return;
        }
        try {
            engine.insert(connection, new Engine.Rows(table, columns, values));
        } catch (SQLException failed) {
            throw new StoreException("insert into " + table, failed);
        }
    }

    /**
     * Ends a SELECT so that it takes only rows which no other transaction is just taking; those it
     * takes are this transaction's until its end.
     */
    public String unclaimed() {
        return engine.unclaimed();
    }

    /** Reads rows. */
    public <T> List<T> list(String sql, Function<Row, T> read, Object... arguments) {
        try (PreparedStatement statement = prepare(sql, arguments);
                ResultSet results = statement.executeQuery()) {
            Row row = new Row(results);
            List<T> list = new ArrayList<>();
            while (results.next()) {
                list.add(read.apply(row));
            }
            return list;
        } catch (SQLException failed) {
            throw new StoreException(sql, failed);
        }
    }

    /** Reads rows one by one, without keeping them: for tables of any size. */
    public void each(String sql, Consumer<Row> reader, Object... arguments) {
        try (PreparedStatement statement = prepare(sql, arguments)) {
            statement.setFetchSize(ROWS_AT_A_TIME);
            try (ResultSet results = statement.executeQuery()) {
                Row row = new Row(results);
                while (results.next()) {
                    reader.accept(row);
                }
            }
        } catch (SQLException failed) {
            throw new StoreException(sql, failed);
        }
    }

    /** Reads the first row, if any. */
    public <T> Optional<T> first(String sql, Function<Row, T> read, Object... arguments) {
        return list(sql, read, arguments).stream().findFirst();
    }

    /**
     * Makes room in a table that is kept by the day of receipt and forgets the days that ended
     * before {@code keepFrom}; how many rows it forgot.
     */
    public long keepDays(String table, Instant now, Instant keepFrom) {
        return engine.keep(this, new Days(table, now, keepFrom));
    }

    /**
     * Lets this transaction change what is append-only; returns the statements that end it. Only
     * for a restore.
     */
    List<String> suspendGuards() {
        return engine.suspendGuards(this);
    }

    private PreparedStatement prepare(String sql, Object... arguments) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            return statement;
        } catch (SQLException failed) {
            statement.close();
            throw failed;
        }
    }
}
