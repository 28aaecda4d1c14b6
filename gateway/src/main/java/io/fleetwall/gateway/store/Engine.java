package io.fleetwall.gateway.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/**
 * What differs between the databases: how to connect, how a transaction begins, how many rows go in
 * at once. Everything else is one SQL.
 */
sealed interface Engine permits SqliteEngine, PostgresqlEngine {
    /** Connections to it; none is kept. */
    DataSource source();

    /** Begins a transaction that writes: nobody else writes until it ends, in any process. */
    String beginWrite();

    /** Ends a SELECT so that it takes only rows which no other transaction is just taking. */
    String unclaimed();

    /** Begins a transaction that sees one state of the store. */
    String beginRead();

    /** How this database numbers rows. */
    String identity();

    /** Folder of the migrations that only this database needs. */
    String migrations();

    /** Adds rows the fastest way it knows; all of them or an exception. */
    void insert(Connection connection, Rows rows) throws SQLException;

    /** Makes room for the days to come and forgets those that are over; how many rows it forgot. */
    long keep(Transaction transaction, Days days);

    /** Lets a transaction change what is append-only; returns the statements that end it. */
    List<String> suspendGuards(Transaction transaction);

    /** Without credentials, for messages. */
    String place();

    /**
     * Rows of one table.
     *
     * @param values of each row, in the order of the columns: texts, whole numbers, and texts as
     *     their bytes in UTF-8
     */
    record Rows(String table, List<String> columns, List<List<Object>> values) {
        public Rows {
            columns = List.copyOf(columns);
            values = List.copyOf(values);
        }
    }
}
